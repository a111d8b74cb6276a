// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.ExpectedAcknowledgements;
import org.getvpn.gdoi.exchange.GroupKeyPush;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.ks.group.GroupAction;
import org.getvpn.ks.net.UdpTransport;

/**
 * Seals a rekey message once per round and sends it to the multicast group, and a copy to each
 * member that needs one; from the first local address of the receiver's IP version.
 */
final class RekeySender {
    private final List<Endpoint> locals;
    private final UdpTransport transport;
    private final ExpectedAcknowledgements acknowledgements;
    private final EventLog log;

    RekeySender(
            List<Endpoint> locals,
            UdpTransport transport,
            ExpectedAcknowledgements acknowledgements,
            EventLog log) {
        this.locals = List.copyOf(locals);
        this.transport = transport;
        this.acknowledgements = acknowledgements;
        this.log = log;
    }

    void send(GroupAction.Push push) {
        byte[] sealed = seal(push);
        if (push.kek().acknowledgement() != 0) {
            acknowledgements.expect(push.groupId(), push.kek(), push.leafKeys());
        }
        List<Datagram> copies = new ArrayList<>();
        push.delivery()
                .group()
                .map(to -> new Endpoint(to.address(), to.port()))
                .ifPresent(all -> add(copies, all, sealed));
        push.delivery().copies().forEach(member -> add(copies, member, sealed));
        log.info(
                push.group(),
                push.kek().toString().split(" ")[0].replace("Kek[", "0x"),
                push.delivery().group().map(to -> to + ",").orElse("")
                        + push.delivery().copies().size(),
                "PUSH",
                "rekey message " + push.message().sequence() + " is sent" + wrappedKeys(push));
        transport.sendPaced(copies);
    }

    /** What an update of a key tree costs. */
    private static String wrappedKeys(GroupAction.Push push) {
        int keys =
                push
                        .message()
                        .download()
                        .map(GroupDownload::keyTreeUpdates)
                        .orElse(List.of())
                        .stream()
                        .mapToInt(update -> update.keys().size())
                        .sum();
        return keys == 0 ? "" : ", with " + keys + " wrapped keys";
    }

    private void add(List<Datagram> copies, Endpoint to, byte[] sealed) {
        for (Endpoint local : locals) {
            if (isSameVersion(local.address(), to.address())) {
                copies.add(new Datagram(local, to, sealed));
                return;
            }
        }
    }

    /** Nobody acknowledges under that KEK any more. */
    void forget(Kek kek) {
        acknowledgements.forget(kek);
    }

    private byte[] seal(GroupAction.Push push) {
        byte[] pkcs8 = push.signingKey().privateKey().expose();
        try {
            PrivateKey key =
                    KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            return GroupKeyPush.seal(push.kek(), push.message(), key, locals.get(0), push.quirks());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the stored signing key is no RSA key", e);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    private static boolean isSameVersion(InetAddress one, InetAddress other) {
        return one.getAddress().length == other.getAddress().length;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.crypto.DiffieHellmanGroup;
import org.getvpn.gdoi.crypto.DiffieHellmanKey;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.wire.Doi;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * A Main Mode initiator with a pre-shared key, spelled out message by message, that can say what
 * ours never does. {@code aes256-sha256-ecp256} only.
 */
final class HandMadeInitiator {
    private static final DiffieHellmanGroup GROUP = DiffieHellmanGroup.ECP256;

    private final KeyServerEndpoint keyServer;
    private final Endpoint local;
    private final SeededRandom randomness;
    private final List<Payload> announced = new ArrayList<>();
    private PhaseOneSa sa;

    HandMadeInitiator(KeyServerEndpoint keyServer, Endpoint local, long seed) {
        this.keyServer = keyServer;
        this.local = local;
        this.randomness = new SeededRandom(seed);
    }

    /** Says that it answers when it is asked whether it is there. */
    HandMadeInitiator announceDeadPeerDetection() {
        announced.add(org.getvpn.gdoi.wire.VendorId.DEAD_PEER_DETECTION.write());
        return this;
    }

    /** Runs Main Mode; message 5 ends with notifications of those types, about this SA. */
    HandMadeInitiator establish(PhaseOneSettings settings, Ticks now, NotifyType... said)
            throws Exception {
        byte[] offer = PhaseOneOffer.of(settings).write().body();
        List<Payload> first = new ArrayList<>(List.of(Payload.of(PayloadType.SA, offer)));
        first.addAll(announced);
        /* HDR, SA [, VID] --> */
        Frame answer =
                clear(
                        now,
                        new CookiePair(randomness.nextLong() | 1, 0),
                        first.toArray(new Payload[0]));
        /* <-- HDR, SA, VID */
        CookiePair cookies = answer.cookies();
        DiffieHellmanKey key = GROUP.generate(randomness);
        byte[] nonce = new byte[20];
        randomness.nextBytes(nonce);
        /* HDR, KE, Ni --> */
        answer =
                clear(
                        now,
                        cookies,
                        Payload.of(PayloadType.KE, key.publicValue()),
                        Payload.of(PayloadType.NONCE, nonce));
        /* <-- HDR, KE, Nr */
        PayloadChain chain =
                PayloadChain.read(answer.firstPayload(), answer.body(), PayloadChain.Padding.NONE);
        byte[] value = chain.onlyBody(PayloadType.KE, 64, 64);
        PhaseOneKeys keys =
                PhaseOneKeys.ofPreSharedKey(
                        Prf.SHA256,
                        Lab.secret("correct horse battery staple"),
                        nonce,
                        chain.onlyBody(PayloadType.NONCE, 8, 256),
                        cookies.octets(),
                        key.agree(value));
        byte[] identity = Identification.of(local.address()).write().body();
        List<Payload> payloads = new ArrayList<>();
        payloads.add(Payload.of(PayloadType.ID, identity));
        payloads.add(
                Payload.of(
                        PayloadType.HASH,
                        keys.hashOfInitiator(
                                key.publicValue(), value, cookies.octets(), offer, identity)));
        for (NotifyType type : said) {
            payloads.add(cookies.notification(Doi.GDOI, type));
        }
        IsakmpCipher cipher = keys.cipher(IsakmpCipher.Algorithm.AES256);
        byte[] sealed =
                cipher.encrypt(
                        cipher.firstIv(Prf.SHA256, key.publicValue(), value),
                        PayloadChain.of(payloads).octets());
        /* HDR*, IDii, HASH_I [, N(INITIAL-CONTACT)] --> */
        Outcome last = send(now, Frame.sealed(cookies, ExchangeType.MAIN, PayloadType.ID, sealed));
        /* <-- HDR*, IDir, HASH_R */
        byte[] proof = Frame.read(last.send().get(0).octets(), 0).body();
        sa =
                new PhaseOneSa(
                        cookies,
                        new ReturnPath(local, Lab.KEY_SERVER),
                        new PeerIdentity(1, "10.255.0.1", Lab.KEY_SERVER, Set.of()),
                        Doi.GDOI,
                        Duration.ofHours(1),
                        keys,
                        cipher,
                        cipher.lastBlock(proof));
        return this;
    }

    PhaseOneSa sa() {
        return sa;
    }

    /** Sends one protected informational message. */
    Outcome inform(Ticks now, Payload payload) {
        return send(now, sa.informational(randomness, payload));
    }

    /** Opens a protected informational message that came back. */
    PayloadChain open(Datagram datagram) throws Exception {
        Frame frame = Frame.read(datagram.octets(), 0);
        return sa.begin(ExchangeType.INFORMATIONAL, frame.messageId()).open(frame);
    }

    private Frame clear(Ticks now, CookiePair cookies, Payload... payloads) {
        byte[] message = Frame.clear(cookies, ExchangeType.MAIN, List.of(payloads));
        return Frame.read(send(now, message).send().get(0).octets(), 0);
    }

    Outcome send(Ticks now, byte[] message) {
        Outcome outcome = keyServer.receive(new Datagram(Lab.KEY_SERVER, local, message), now);
        for (Computation work : outcome.computations()) {
            outcome = keyServer.resume(work.run(), now);
        }
        return outcome;
    }
}

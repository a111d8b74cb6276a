// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.wire.MalformedPayload;

/**
 * The KEKs under which a key server awaits acknowledgements (RFC 8263, section 3.3). It holds what
 * the engine names and nothing that a member sends: an acknowledgement becomes a {@link
 * RekeyAcknowledged} or is ignored. May be used from any thread.
 */
public final class ExpectedAcknowledgements {
    /** The key of each member's leaf in a logical key hierarchy. Called on the network thread. */
    public interface LeafKeys {
        /**
         * IV ‖ key of the leaf that this member has now.
         *
         * @param member as {@link PeerIdentity#text()} has it; a peer's claim, not yet proven
         */
        Optional<SecretBytes> of(String member);
    }

    private final Map<CookiePair, Expected> byCookies = new ConcurrentHashMap<>();

    /**
     * Acknowledgements under this KEK become facts from now on.
     *
     * @throws IllegalArgumentException if the KEK asks for no acknowledgement, or for a kind that
     *     needs leaf keys or is not spoken here
     */
    public void expect(GroupId group, Kek kek) {
        if (GroupKeyPushAck.needsLeafKey(kek)) {
            throw new IllegalArgumentException(
                    "acknowledgements of type " + kek.acknowledgement() + " need leaf keys");
        }
        GroupKeyPushAck key = GroupKeyPushAck.under(kek).orElseThrow(() -> notSpoken(kek));
        put(new Expected(group, kek, member -> Optional.of(key)));
    }

    /**
     * The same for a KEK that is the root of a logical key hierarchy.
     *
     * @throws IllegalArgumentException if the KEK asks for a kind that is not spoken here
     */
    public void expect(GroupId group, Kek kek, LeafKeys leaves) {
        if (!GroupKeyPushAck.needsLeafKey(kek)) {
            expect(group, kek);
            return;
        }
        put(
                new Expected(
                        group,
                        kek,
                        member ->
                                leaves.of(member)
                                        .flatMap(leaf -> GroupKeyPushAck.under(kek, leaf))));
    }

    private void put(Expected expected) {
        byCookies.put(GroupKeyPush.cookies(expected.kek), expected);
    }

    private static IllegalArgumentException notSpoken(Kek kek) {
        return new IllegalArgumentException(
                "KEK_ACK_REQUESTED " + kek.acknowledgement() + ": 1 to 4 are spoken here");
    }

    /** The KEK is gone: its acknowledgements are ignored again. */
    public void forget(Kek kek) {
        byCookies.remove(GroupKeyPush.cookies(kek));
    }

    boolean expects(CookiePair cookies) {
        return byCookies.containsKey(cookies);
    }

    /**
     * Verifies an acknowledgement.
     *
     * @throws MalformedPayload if it is not genuine, or no longer expected
     */
    RekeyAcknowledged take(Frame in, Endpoint from) throws MalformedPayload {
        Expected expected = byCookies.get(in.cookies());
        if (expected == null) {
            throw new MalformedPayload("acknowledgement under no KEK of ours");
        }
        GroupKeyPushAck.Acknowledgement claimed = read(in);
        GroupKeyPushAck key =
                expected.keys
                        .of(claimed.member())
                        .orElseThrow(
                                () ->
                                        new RefusedMessage(
                                                Ignored.UNKNOWN_MEMBER,
                                                "acknowledgement of "
                                                        + claimed.member()
                                                        + ", which has no leaf key here"));
        key.verify(claimed);
        return new RekeyAcknowledged(
                expected.group, expected.kek.spi(), claimed.sequence(), claimed.member(), from);
    }

    private static GroupKeyPushAck.Acknowledgement read(Frame in) throws MalformedPayload {
        try {
            return GroupKeyPushAck.read(in.octets());
        } catch (MalformedPayload e) {
            throw new RefusedMessage(Ignored.MALFORMED, e.getMessage());
        }
    }

    private interface Keys {
        Optional<GroupKeyPushAck> of(String member);
    }

    private static final class Expected {
        private final GroupId group;
        private final Kek kek;
        private final Keys keys;

        Expected(GroupId group, Kek kek, Keys keys) {
            this.group = Objects.requireNonNull(group);
            this.kek = kek;
            this.keys = keys;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.KeyTreeNode;
import org.getvpn.gdoi.policy.RekeyAddress;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.Quirk;

/**
 * The member's side of GROUPKEY-PUSH for one group (RFC 6407, section 4). A message is taken once:
 * its sequence number must be above all that came under the same KEK, and a new KEK begins anew.
 *
 * <p>A KEK that asks for it gets each message acknowledged to where the message came from (RFC
 * 8263): at once if each member gets a copy of its own, and after a random delay if all hear the
 * same datagram.
 *
 * <p>The signature is checked on the calling thread: nobody without the KEK gets that far, and
 * verification is cheap.
 */
public final class RekeyReceiver implements Exchange {
    /** The present KEK, the one before, and one that was announced early. */
    private static final int MOST_KEKS = 3;

    private final GroupId group;
    private final Set<Quirk> quirks;
    private final EndpointCounters counters = new EndpointCounters();
    private final Map<CookiePair, Held> keks = new LinkedHashMap<>();
    private final DelayedAcknowledgements delayed; // null if none is

    /** Holds no KEK yet, so that every message is unknown. */
    public RekeyReceiver(GroupId group) {
        this(group, Set.of());
    }

    /**
     * @param quirks deviations of the key server that are tolerated
     */
    public RekeyReceiver(GroupId group, Set<Quirk> quirks) {
        this(group, quirks, (DelayedAcknowledgements) null);
    }

    /**
     * The same for a member that many others hear rekeys with.
     *
     * @param random chooses how long an acknowledgement of a multicast rekey waits; {@link #tick}
     *     sends it
     */
    public RekeyReceiver(GroupId group, Set<Quirk> quirks, SecureRandom random) {
        this(group, quirks, new DelayedAcknowledgements(random));
    }

    private RekeyReceiver(GroupId group, Set<Quirk> quirks, DelayedAcknowledgements delayed) {
        this.group = Objects.requireNonNull(group);
        this.quirks = Set.copyOf(quirks);
        this.delayed = delayed;
    }

    /** What was ignored. */
    public EndpointCounters counters() {
        return counters;
    }

    /**
     * Accepts rekeys under {@code kek} from now on; after a registration. A KEK that a rekey brings
     * is taken by itself. The key is copied. A KEK that is already held keeps the higher of both
     * sequence numbers, so that registering again opens no way for a replay.
     *
     * @param sequence the last rekey sequence number used, as registration told it
     * @throws IllegalArgumentException that names what in the KEK is not usable
     */
    public void install(Kek kek, long sequence) {
        install(kek, sequence, List.of());
    }

    /**
     * The same for a group with a logical key hierarchy. A rekey that updates the hierarchy
     * replaces the path by itself.
     *
     * @param path the member's keys from leaf to root; empty without a hierarchy. The receiver
     *     takes them over
     */
    public void install(Kek kek, long sequence, List<KeyTreeNode> path) {
        CookiePair cookies = GroupKeyPush.cookies(kek);
        GroupKeyPush push = GroupKeyPush.under(kek, quirks);
        Held before = keks.remove(cookies);
        keks.put(
                cookies,
                new Held(
                        push,
                        GroupKeyPushAck.under(kek, path.isEmpty() ? null : path.get(0).ivAndKey()),
                        kek.rekeyAddress(),
                        path,
                        before == null ? sequence : Math.max(before.sequence, sequence)));
        if (before != null) {
            before.destroy();
        }
        if (keks.size() > MOST_KEKS) {
            keks.remove(keks.keySet().iterator().next()).destroy();
        }
    }

    /** Multicast groups to listen to: those of the KEKs that are held, oldest first. */
    public Set<RekeyAddress> rekeyAddresses() {
        Set<RekeyAddress> addresses = new LinkedHashSet<>();
        keks.values().forEach(held -> held.rekeyAddress.ifPresent(addresses::add));
        return addresses;
    }

    /** When {@link #tick} has an acknowledgement to send; empty if none waits. */
    public Optional<Ticks> nextAcknowledgement() {
        return delayed == null ? Optional.empty() : delayed.due();
    }

    /** Forgets every KEK: the membership is over. */
    public void clear() {
        if (delayed != null) {
            delayed.clear();
        }
        keks.values().forEach(Held::destroy);
        keks.clear();
    }

    /** Whether a datagram begins with the cookies of a KEK that is held. */
    public boolean recognises(Datagram in) {
        int offset = ReturnPath.frameOffset(in.octets());
        return offset >= 0 && keks.containsKey(Frame.read(in.octets(), offset).cookies());
    }

    /** Whether a datagram says of itself that it is a rekey message, under whatever KEK. */
    public static boolean isRekey(Datagram in) {
        int offset = ReturnPath.frameOffset(in.octets());
        return offset >= 0
                && Frame.read(in.octets(), offset).exchange().equals(ExchangeType.GROUPKEY_PUSH);
    }

    @Override
    public Outcome receive(Datagram in, Ticks now) {
        int offset = ReturnPath.frameOffset(in.octets());
        if (offset < 0) {
            return ignored(Ignored.MALFORMED, "no ISAKMP message");
        }
        Frame frame = Frame.read(in.octets(), offset);
        Held held = keks.get(frame.cookies());
        if (held == null) {
            return ignored(Ignored.UNKNOWN_COOKIES, "cookies of no KEK of group " + group);
        }
        if (!frame.exchange().equals(ExchangeType.GROUPKEY_PUSH)) {
            return ignored(Ignored.UNKNOWN_EXCHANGE, frame.exchange() + " under a KEK");
        }
        final RekeyMessage message;
        try {
            message = held.push.open(frame, group, held.sequence, held.path);
            checkKek(message);
        } catch (KeyTreePayloads.NotForThisMember e) {
            held.sequence = e.sequence();
            return Outcome.advanced()
                    .fact(new RekeyMissed(group, e.getMessage(), in.remote()))
                    .build();
        } catch (MalformedPayload e) {
            return ignored(RefusedMessage.kind(e), e.getMessage());
        } catch (IllegalArgumentException e) {
            return ignored(Ignored.UNUSABLE, e.getMessage());
        }
        held.sequence = message.sequence();
        if (message.deletesKek()) {
            keks.remove(frame.cookies()).destroy();
        }
        message.download()
                .filter(download -> download.kek().isPresent())
                .ifPresent(download -> install(download.kek().get(), 0, download.keyPath()));
        Outcome.Builder outcome = Outcome.advanced().fact(new RekeyReceived(message, in.remote()));
        held.acknowledgement.ifPresent(
                ack -> {
                    byte[] octets = ack.seal(message.sequence(), in.local());
                    Datagram answer = ReturnPath.of(in).datagram(octets);
                    if (delayed == null || held.rekeyAddress.isEmpty()) {
                        outcome.send(answer);
                    } else {
                        delayed.add(answer, message, now);
                    }
                });
        return sendDelayed(outcome, now);
    }

    private Outcome sendDelayed(Outcome.Builder outcome, Ticks now) {
        if (delayed != null) {
            delayed.take(now).forEach(outcome::send);
            delayed.due().ifPresent(outcome::deadline);
        }
        return outcome.build();
    }

    /** A KEK that cannot be used is found before anything of the message is. */
    private void checkKek(RekeyMessage message) {
        GroupDownload download = message.download().orElse(null);
        if (download != null && download.kek().isPresent()) {
            try {
                GroupKeyPush.under(download.kek().get(), quirks);
            } catch (IllegalArgumentException e) {
                download.destroyKeys();
                throw e;
            }
        }
    }

    @Override
    public Outcome resume(Computation.Completion completion, Ticks now) {
        return Outcome.ignored("rekeys need no computation").build();
    }

    @Override
    public Outcome tick(Ticks now) {
        return sendDelayed(Outcome.advanced(), now);
    }

    private Outcome ignored(Ignored kind, String reason) {
        counters.count(kind);
        return Outcome.ignored(reason).build();
    }

    private static final class Held {
        private final GroupKeyPush push;
        private final Optional<GroupKeyPushAck> acknowledgement;
        private final Optional<RekeyAddress> rekeyAddress;
        private final List<KeyTreeNode> path;
        private long sequence;

        Held(
                GroupKeyPush push,
                Optional<GroupKeyPushAck> acknowledgement,
                Optional<RekeyAddress> rekeyAddress,
                List<KeyTreeNode> path,
                long sequence) {
            this.push = push;
            this.acknowledgement = acknowledgement;
            this.rekeyAddress = rekeyAddress;
            this.path = copy(path);
            this.sequence = sequence;
        }

        private static List<KeyTreeNode> copy(List<KeyTreeNode> path) {
            List<KeyTreeNode> copies = new ArrayList<>();
            for (KeyTreeNode node : path) {
                SecretBytes copy = SecretBytes.wrap(node.ivAndKey().expose());
                copies.add(new KeyTreeNode(node.id(), node.handle(), copy));
            }
            return copies;
        }

        void destroy() {
            path.forEach(node -> node.ivAndKey().destroy());
        }
    }
}

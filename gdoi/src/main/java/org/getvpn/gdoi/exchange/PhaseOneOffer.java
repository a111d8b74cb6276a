// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.crypto.DiffieHellmanGroup;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.wire.DataAttribute;
import org.getvpn.gdoi.wire.Doi;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.SecurityAssociation;
import org.getvpn.gdoi.wire.Transform;

/**
 * The SA payload of Phase 1: one proposal with transforms to choose from (RFC 2409, section 5).
 *
 * <p>RFC 6407, section 2.1, wants DOI 2 here; most IKEv1 implementations can only say 1. Both are
 * accepted and the answer repeats what was offered, because HASH_I and HASH_R cover it.
 */
final class PhaseOneOffer {
    private static final int LONGEST_SITUATION = 7;

    private static final int ENCRYPTION = 1;
    private static final int HASH = 2;
    private static final int AUTHENTICATION = 3;
    private static final int GROUP = 4;
    private static final int LIFE_TYPE = 11;
    private static final int LIFE_DURATION = 12;
    private static final int KEY_LENGTH = 14;

    private static final int MOST_ATTRIBUTES = 12;
    private static final int LONGEST_VALUE = 8;

    private static final int SECONDS = 1;
    private static final int LONGEST_BASIC = 0xffff;

    private final SecurityAssociation sa;

    private PhaseOneOffer(SecurityAssociation sa) {
        this.sa = sa;
    }

    /** An offer of these settings' suites. */
    static PhaseOneOffer of(PhaseOneSettings settings) {
        long lifetime = settings.lifetime().getSeconds();
        List<Transform> transforms = new ArrayList<>();
        for (PhaseOneProposal proposal : settings.proposals()) {
            List<DataAttribute> attributes = new ArrayList<>();
            attributes.add(DataAttribute.basic(ENCRYPTION, proposal.cipher().number()));
            if (proposal.cipher().isVariableKey()) {
                attributes.add(DataAttribute.basic(KEY_LENGTH, proposal.cipher().keyOctets() * 8));
            }
            attributes.add(DataAttribute.basic(HASH, proposal.prf().number()));
            attributes.add(DataAttribute.basic(AUTHENTICATION, proposal.method().number()));
            attributes.add(DataAttribute.basic(GROUP, proposal.group().number()));
            attributes.add(DataAttribute.basic(LIFE_TYPE, SECONDS));
            attributes.add(duration(lifetime));
            transforms.add(new Transform(transforms.size() + 1, Transform.KEY_IKE, attributes));
        }
        PhaseOneDoi doi = settings.doi();
        return new PhaseOneOffer(
                new SecurityAssociation(doi.number(), doi.situation(), 1, transforms));
    }

    private static DataAttribute duration(long seconds) {
        return seconds <= LONGEST_BASIC
                ? DataAttribute.basic(LIFE_DURATION, (int) seconds)
                : DataAttribute.variable32(LIFE_DURATION, seconds);
    }

    /** Reads the body of an SA payload. */
    static PhaseOneOffer read(byte[] body) throws MalformedPayload {
        SecurityAssociation sa = SecurityAssociation.read(body);
        if (sa.doi() != Doi.IPSEC && sa.doi() != Doi.GDOI) {
            throw new MalformedPayload("Phase 1 for DOI " + Integer.toUnsignedString(sa.doi()));
        }
        if (sa.situation() < 0 || sa.situation() > LONGEST_SITUATION) {
            throw new MalformedPayload(
                    "Phase 1 situation " + Integer.toUnsignedString(sa.situation()));
        }
        return new PhaseOneOffer(sa);
    }

    /** The SA payload. */
    Payload write() {
        return sa.write();
    }

    /** The DOI that was offered. */
    int doi() {
        return sa.doi();
    }

    /**
     * The shortest lifetime in seconds that the transforms name; {@code most} if none is shorter.
     */
    Duration lifetime(Duration most) {
        Duration shortest = most;
        for (Transform transform : sa.transforms()) {
            boolean inSeconds = true;
            for (DataAttribute attribute : transform.attributes()) {
                Optional<Long> value = number(attribute);
                if (attribute.type() == LIFE_TYPE) {
                    inSeconds = value.filter(type -> type == SECONDS).isPresent();
                } else if (attribute.type() == LIFE_DURATION && inSeconds && value.isPresent()) {
                    long seconds = value.get();
                    if (seconds > 0 && seconds < shortest.getSeconds()) {
                        shortest = Duration.ofSeconds(seconds);
                    }
                }
            }
        }
        return shortest;
    }

    private static Optional<Long> number(DataAttribute attribute) {
        try {
            return Optional.of(attribute.number());
        } catch (MalformedPayload e) {
            return Optional.empty();
        }
    }

    /** The responder's choice: the first of its own suites that was offered. */
    Optional<Choice> choose(List<PhaseOneProposal> accepted) {
        for (PhaseOneProposal proposal : accepted) {
            for (Transform transform : sa.transforms()) {
                if (suite(transform).filter(proposal::equals).isPresent()) {
                    SecurityAssociation answer =
                            new SecurityAssociation(
                                    sa.doi(),
                                    sa.situation(),
                                    sa.proposalNumber(),
                                    List.of(transform));
                    return Optional.of(new Choice(proposal, new PhaseOneOffer(answer)));
                }
            }
        }
        return Optional.empty();
    }

    /** The initiator's check: one transform, and it is one of those offered. */
    PhaseOneProposal accept(List<PhaseOneProposal> offered) throws MalformedPayload {
        Optional<PhaseOneProposal> suite =
                sa.transforms().size() == 1 ? suite(sa.transforms().get(0)) : Optional.empty();
        return suite.filter(offered::contains)
                .orElseThrow(
                        () ->
                                new MalformedPayload(
                                        "key server chose a Phase 1 suite that was not offered: "
                                                + this));
    }

    /** The suite of a transform, if it is one that is spoken here and nothing in it is unknown. */
    private static Optional<PhaseOneProposal> suite(Transform transform) {
        Map<Integer, Long> attributes = attributes(transform);
        int encryption = take(attributes, ENCRYPTION);
        int keyBits = take(attributes, KEY_LENGTH);
        int hash = take(attributes, HASH);
        Optional<AuthenticationMethod> method =
                AuthenticationMethod.ofNumber(take(attributes, AUTHENTICATION));
        int group = take(attributes, GROUP);
        if (transform.id() != Transform.KEY_IKE || !attributes.isEmpty() || isBloated(transform)) {
            return Optional.empty();
        }
        Optional<IsakmpCipher.Algorithm> cipher = IsakmpCipher.Algorithm.of(encryption, keyBits);
        Optional<Prf> prf = Prf.ofNumber(hash);
        Optional<DiffieHellmanGroup> dh = DiffieHellmanGroup.ofNumber(group);
        return cipher.isPresent() && prf.isPresent() && dh.isPresent() && method.isPresent()
                ? Optional.of(PhaseOneProposal.of(cipher.get(), prf.get(), dh.get(), method.get()))
                : Optional.empty();
    }

    /** A lifetime has eight octets at most, and there are two kinds of it. */
    private static boolean isBloated(Transform transform) {
        if (transform.attributes().size() > MOST_ATTRIBUTES) {
            return true;
        }
        for (DataAttribute attribute : transform.attributes()) {
            if (attribute.value().length > LONGEST_VALUE) {
                return true;
            }
        }
        return false;
    }

    private static int take(Map<Integer, Long> attributes, int type) {
        Long value = attributes.remove(type);
        return value == null || value > 0xffff ? 0 : value.intValue();
    }

    /** The attributes of a transform without its lifetimes; what cannot be read stands as -1. */
    private static Map<Integer, Long> attributes(Transform transform) {
        Map<Integer, Long> found = new TreeMap<>();
        for (DataAttribute attribute : transform.attributes()) {
            if (attribute.type() != LIFE_TYPE && attribute.type() != LIFE_DURATION) {
                long value = number(attribute).orElse(-1L);
                found.merge(attribute.type(), value, (first, second) -> -1L);
            }
        }
        return found;
    }

    /** The suites in an operator's words. */
    @Override
    public String toString() {
        return sa.transforms().stream()
                .map(PhaseOneOffer::describe)
                .collect(Collectors.joining(", "));
    }

    private static String describe(Transform transform) {
        Map<Integer, Long> attributes = attributes(transform);
        String suite =
                OfferedSuite.describe(
                        take(attributes, ENCRYPTION),
                        take(attributes, KEY_LENGTH),
                        take(attributes, HASH),
                        take(attributes, GROUP),
                        take(attributes, AUTHENTICATION));
        return attributes.isEmpty() ? suite : suite + " with attributes " + attributes.keySet();
    }

    /** A suite and the SA payload that tells the initiator. */
    static final class Choice {
        private final PhaseOneProposal proposal;
        private final PhaseOneOffer answer;

        Choice(PhaseOneProposal proposal, PhaseOneOffer answer) {
            this.proposal = proposal;
            this.answer = answer;
        }

        PhaseOneProposal proposal() {
            return proposal;
        }

        PhaseOneOffer answer() {
            return answer;
        }
    }
}

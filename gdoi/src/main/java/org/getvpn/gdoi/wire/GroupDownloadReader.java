// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.gdoi.policy.TrafficRule;

/**
 * Joins policy (SA) and keys (KD) into a {@link GroupDownload}. Refuses by name what a member must
 * not guess about: an unknown transform, a missing or odd-sized key, an SPI without a key.
 */
public final class GroupDownloadReader {
    /** More sender ids than a member has threads. */
    public static final int MAX_SENDER_IDS = 64;

    /** More selectors than a member looks up. */
    public static final int MAX_SELECTORS = 10_000;

    /** More TEKs than a group has at a time. */
    public static final int MAX_TEKS = 64;

    /** Longest lifetime of a key: a year. */
    public static final int MAX_LIFETIME_SECONDS = 366 * 86_400;

    private GroupDownloadReader() {}

    /**
     * @param sequence of the SEQ payload; 0 where there is none
     * @throws MalformedPayload in words of an operator
     */
    public static GroupDownload read(
            GroupId group, GroupSecurityAssociation policy, KeyDownload keys, long sequence)
            throws MalformedPayload {
        return read(group, policy, keys, sequence, Set.of());
    }

    /**
     * @param sequence of the SEQ payload; 0 where there is none
     * @param quirks deviations of the key server that are tolerated
     * @throws MalformedPayload in words of an operator
     */
    public static GroupDownload read(
            GroupId group,
            GroupSecurityAssociation policy,
            KeyDownload keys,
            long sequence,
            Set<Quirk> quirks)
            throws MalformedPayload {
        int activation = 0;
        int deactivation = 0;
        List<TrafficRule> rules = List.of();
        TimeBasedReplay replay = null;
        if (policy.gap().isPresent()) {
            replay = TimeBasedReplayCodec.read(policy.gap().get()).orElse(null);
            for (DataAttribute attribute :
                    DataAttribute.eachOnce("GAP", policy.gap().get().attributes())) {
                switch (attribute.type()) {
                    case GroupAssociatedPolicy.ACTIVATION_TIME_DELAY:
                        activation = attribute.bounded(0xffff);
                        break;
                    case GroupAssociatedPolicy.DEACTIVATION_TIME_DELAY:
                        deactivation = attribute.bounded(0xffff);
                        break;
                    case GroupAssociatedPolicy.TRAFFIC_RULES:
                        rules = TrafficRuleList.read(attribute.value());
                        break;
                    default:
                        break; // policy that is not for us (RFC 6407, section 5.4)
                }
            }
        }
        Kek kek = null;
        List<Tek> teks = new ArrayList<>();
        try {
            List<SenderId> senderIds = senderIds(keys);
            kek =
                    policy.saKek().isPresent()
                            ? KekPolicyReader.read(policy.saKek().get(), keys, quirks)
                            : null;
            TekPolicyReader.read(policy.saTeks(), keys, teks);
            return new GroupDownload(
                            group, kek, teks, activation, deactivation, rules, senderIds, sequence)
                    .with(replay);
        } catch (MalformedPayload e) {
            forget(kek, teks);
            throw e;
        }
    }

    /** Zeroes the keys of a download that comes to nothing. */
    private static void forget(Kek kek, List<Tek> teks) {
        if (kek != null) {
            kek.ivAndKey().destroy();
        }
        for (Tek tek : teks) {
            tek.cipherKey().destroy();
            tek.integrityKey().destroy();
        }
    }

    private static void require(boolean holds, String otherwise) throws MalformedPayload {
        if (!holds) {
            throw new MalformedPayload(otherwise);
        }
    }

    private static List<SenderId> senderIds(KeyDownload keys) throws MalformedPayload {
        List<SenderId> ids = new ArrayList<>();
        Integer commonBits = null;
        for (KeyPacket packet : keys.packets(KeyPacket.SID)) {
            int bits = packet.required(KeyPacket.NUMBER_OF_SID_BITS).bounded(32);
            require(
                    commonBits == null || commonBits == bits,
                    "sender ids of " + commonBits + " and of " + bits + " bits");
            commonBits = bits;
            for (DataAttribute attribute : packet.attributes()) {
                if (attribute.type() == KeyPacket.SID_VALUE) {
                    require(
                            ids.size() < MAX_SENDER_IDS,
                            "more than " + MAX_SENDER_IDS + " sender ids");
                    SenderId id = senderId(attribute.number(), bits);
                    // Used by two threads of the member it would repeat an IV.
                    require(!ids.contains(id), "sender id " + id + " twice");
                    ids.add(id);
                }
            }
        }
        return ids;
    }

    private static SenderId senderId(long value, int bits) throws MalformedPayload {
        require(value >>> 32 == 0, "sender id " + value + " of " + bits + " bits");
        try {
            return new SenderId((int) value, bits);
        } catch (IllegalArgumentException e) {
            throw new MalformedPayload(e.getMessage());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gdoi.policy.TrafficSelector;

/**
 * Joins policy (SA) and keys (KD) into a {@link GroupDownload}. Refuses by name what a member must
 * not guess about: an unknown transform, a missing or odd-sized key, an SPI without a key.
 */
public final class GroupDownloadReader {
    /** More sender ids than a member has threads. */
    public static final int MAX_SENDER_IDS = 64;

    /** More selectors than a member looks up. */
    public static final int MAX_SELECTORS = 10_000;

    private static final int KEK_IV = 16;
    private static final int TUNNEL = 1;
    private static final int PRESERVE_BOTH = 4;

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
        if (policy.gap().isPresent()) {
            for (DataAttribute attribute :
                    DataAttribute.eachOnce("GAP", policy.gap().get().attributes())) {
                switch (attribute.type()) {
                    case GroupAssociatedPolicy.ACTIVATION_TIME_DELAY:
                        activation = bounded(attribute, 0xffff);
                        break;
                    case GroupAssociatedPolicy.DEACTIVATION_TIME_DELAY:
                        deactivation = bounded(attribute, 0xffff);
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
            kek = policy.saKek().isPresent() ? kek(policy.saKek().get(), keys, quirks) : null;
            readTeks(policy.saTeks(), keys, teks);
            return new GroupDownload(
                    group, kek, teks, activation, deactivation, rules, senderIds, sequence);
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

    private static int bounded(DataAttribute attribute, int most) throws MalformedPayload {
        long value = attribute.number();
        if (value > most) {
            throw new MalformedPayload(
                    "attribute " + attribute.type() + " = " + value + ", " + most + " at most");
        }
        return (int) value;
    }

    private static Kek kek(SaKek policy, KeyDownload keys, Set<Quirk> quirks)
            throws MalformedPayload {
        int algorithm = 0;
        int keyBits = 128;
        long lifetime = 0;
        int hash = 0;
        int signature = 0;
        int acknowledgement = 0;
        for (DataAttribute attribute : DataAttribute.eachOnce("SA KEK", policy.attributes())) {
            switch (attribute.type()) {
                case SaKek.ALGORITHM:
                    algorithm = bounded(attribute, 0xffff);
                    break;
                case SaKek.KEY_LENGTH:
                    keyBits = bounded(attribute, 256);
                    break;
                case SaKek.KEY_LIFETIME:
                    lifetime = bounded(attribute, Integer.MAX_VALUE);
                    break;
                case SaKek.SIG_HASH_ALGORITHM:
                    hash = bounded(attribute, 0xffff);
                    break;
                case SaKek.SIG_ALGORITHM:
                    signature = bounded(attribute, 0xffff);
                    break;
                case SaKek.ACK_REQUESTED:
                    acknowledgement = bounded(attribute, 0xffff);
                    break;
                case SaKek.MANAGEMENT_ALGORITHM: // not in PULL, ignored there (trap 14)
                case SaKek.SIG_KEY_LENGTH: // the key itself tells
                    break;
                default:
                    // "MUST abort": RFC 6407, section 5.3.2
                    throw new MalformedPayload("unknown SA KEK attribute " + attribute.type());
            }
        }
        if (algorithm != Kek.ALGORITHM_AES_CBC) {
            throw new MalformedPayload("KEK algorithm " + algorithm + ", only AES-CBC (3)");
        }
        require(lifetime > 0, "KEK lifetime of 0 s, or none");
        List<KeyPacket> packets = keys.packets(KeyPacket.KEK);
        boolean any = quirks.contains(Quirk.FOREIGN_KEK_SPI) && packets.size() == 1;
        for (KeyPacket packet : packets) {
            if (any || Arrays.equals(packet.spi(), policy.spi())) {
                byte[] ivAndKey = packet.required(KeyPacket.KEK_ALGORITHM_KEY).value();
                if (ivAndKey.length != KEK_IV + keyBits / 8) {
                    throw new MalformedPayload("KEK of " + ivAndKey.length + " octets");
                }
                return new Kek(
                        policy.spi(),
                        algorithm,
                        SecretBytes.wrap(ivAndKey),
                        lifetime,
                        hash,
                        signature,
                        packet.required(KeyPacket.SIG_ALGORITHM_KEY).value(),
                        acknowledgement);
            }
        }
        throw new MalformedPayload("no key in KD for the SPI of SA KEK");
    }

    private static void readTeks(List<SaTek> saTeks, KeyDownload keys, List<Tek> teks)
            throws MalformedPayload {
        if (saTeks.size() > MAX_SELECTORS) {
            throw new MalformedPayload(saTeks.size() + " SA TEK payloads");
        }
        Map<Integer, SaTek> first = new LinkedHashMap<>();
        Map<Integer, List<TrafficSelector>> selectors = new LinkedHashMap<>();
        for (SaTek saTek : saTeks) {
            SaTek earlier = first.putIfAbsent(saTek.spi(), saTek);
            if (earlier != null
                    && (earlier.transformId() != saTek.transformId()
                            || !earlier.attributes().equals(saTek.attributes()))) {
                throw new MalformedPayload("SA TEKs of one SPI differ in more than the selector");
            }
            selectors
                    .computeIfAbsent(saTek.spi(), spi -> new ArrayList<>())
                    .add(SelectorCodec.read(saTek));
        }
        for (Map.Entry<Integer, SaTek> entry : first.entrySet()) {
            teks.add(tek(entry.getValue(), keys, selectors.get(entry.getKey())));
        }
    }

    private static Tek tek(SaTek policy, KeyDownload keys, List<TrafficSelector> selectors)
            throws MalformedPayload {
        long lifeType = 1;
        long seconds = 0;
        long keyBits = 128;
        long authentication = 0;
        Tek.Direction direction = Tek.Direction.SYMMETRIC;
        for (DataAttribute attribute : policy.attributes()) {
            long value = attribute.number();
            switch (attribute.type()) {
                case SaTek.LIFE_TYPE:
                    lifeType = value;
                    break;
                case SaTek.LIFE_DURATION:
                    seconds = lifeType == 1 ? value : seconds;
                    break;
                case SaTek.ENCAPSULATION_MODE:
                    require(value == TUNNEL, "encapsulation mode " + value + ", only tunnel (1)");
                    break;
                case SaTek.AUTHENTICATION_ALGORITHM:
                    authentication = value;
                    break;
                case SaTek.KEY_LENGTH:
                    keyBits = value;
                    break;
                case SaTek.ADDRESS_PRESERVATION:
                    require(value == PRESERVE_BOTH, "address preservation " + value + ", only 4");
                    break;
                case SaTek.DIRECTION:
                    require(value >= 1 && value <= 3, "SA direction " + value);
                    direction = Tek.Direction.values()[(int) value - 1];
                    break;
                default:
                    throw new MalformedPayload("unknown SA TEK attribute " + attribute.type());
            }
        }
        require(seconds > 0 && seconds <= 0xffff_ffffL, "TEK lifetime of " + seconds + " s");
        Spi spi;
        try {
            spi = Spi.of(policy.spi());
        } catch (IllegalArgumentException e) {
            throw new MalformedPayload(e.getMessage());
        }
        EspTransform transform =
                EspTransformCodec.find(policy.transformId(), keyBits, authentication);
        byte[] wanted = new WireWriter().u32(policy.spi()).toByteArray();
        for (KeyPacket packet : keys.packets(KeyPacket.TEK)) {
            if (Arrays.equals(packet.spi(), wanted)) {
                return new Tek(
                        spi,
                        transform,
                        key(
                                packet,
                                KeyPacket.TEK_ALGORITHM_KEY,
                                transform.keyOctets() + transform.saltOctets()),
                        transform.integrityKeyOctets() == 0
                                ? SecretBytes.wrap(new byte[0])
                                : key(
                                        packet,
                                        KeyPacket.TEK_INTEGRITY_KEY,
                                        transform.integrityKeyOctets()),
                        seconds,
                        direction,
                        selectors);
            }
        }
        throw new MalformedPayload("no key in KD for TEK " + spi);
    }

    private static void require(boolean holds, String otherwise) throws MalformedPayload {
        if (!holds) {
            throw new MalformedPayload(otherwise);
        }
    }

    private static SecretBytes key(KeyPacket packet, int attribute, int octets)
            throws MalformedPayload {
        byte[] key = packet.required(attribute).value();
        require(key.length == octets, "key of " + key.length + " octets, " + octets + " needed");
        return SecretBytes.wrap(key);
    }

    private static List<SenderId> senderIds(KeyDownload keys) throws MalformedPayload {
        List<SenderId> ids = new ArrayList<>();
        for (KeyPacket packet : keys.packets(KeyPacket.SID)) {
            int bits = bounded(packet.required(KeyPacket.NUMBER_OF_SID_BITS), 32);
            for (DataAttribute attribute : packet.attributes()) {
                if (attribute.type() == KeyPacket.SID_VALUE) {
                    require(ids.size() < MAX_SENDER_IDS, "too many sender ids");
                    long value = attribute.number();
                    require(value >>> 32 == 0, "sender id " + value + " of " + bits + " bits");
                    try {
                        ids.add(new SenderId((int) value, bits));
                    } catch (IllegalArgumentException e) {
                        throw new MalformedPayload(e.getMessage());
                    }
                }
            }
        }
        return ids;
    }
}

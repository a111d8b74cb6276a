// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.AddressPreservation;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficSelector;

/**
 * Joins SA TEKs with their key packets into {@link Tek}s. SA TEKs that share an SPI are one TEK
 * with several selectors, as Cisco's key server sends an access list.
 */
final class TekPolicyReader {
    private static final int SECONDS = 1;
    private static final int KILOBYTES = 2;
    private static final int TUNNEL = 1;

    private long lifeType = SECONDS;
    private long seconds;
    private long keyBits = 128;
    private long authentication;
    private Tek.Direction direction = Tek.Direction.SYMMETRIC;
    private AddressPreservation preservation = AddressPreservation.BOTH;

    private TekPolicyReader() {}

    /**
     * Adds what it reads to {@code teks}, in the order of first mention; what stands there when it
     * throws is the caller's to destroy.
     *
     * @throws MalformedPayload for an attribute that is unknown, twice or out of bounds, for SA
     *     TEKs that differ under one SPI, and for a key that is missing, ambiguous or of another
     *     length
     */
    static void read(List<SaTek> saTeks, KeyDownload keys, List<Tek> teks) throws MalformedPayload {
        if (saTeks.size() > GroupDownloadReader.MAX_SELECTORS) {
            throw new MalformedPayload(
                    saTeks.size()
                            + " SA TEK payloads, "
                            + GroupDownloadReader.MAX_SELECTORS
                            + " at most");
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
            if (first.size() > GroupDownloadReader.MAX_TEKS) {
                throw new MalformedPayload(
                        "more than " + GroupDownloadReader.MAX_TEKS + " TEKs in one message");
            }
            selectors
                    .computeIfAbsent(saTek.spi(), spi -> new ArrayList<>())
                    .add(SelectorCodec.read(saTek));
        }
        for (Map.Entry<Integer, SaTek> entry : first.entrySet()) {
            TekPolicyReader reader = new TekPolicyReader();
            reader.takeAll(entry.getValue().attributes());
            teks.add(reader.join(entry.getValue(), keys, selectors.get(entry.getKey())));
        }
    }

    private void takeAll(List<DataAttribute> attributes) throws MalformedPayload {
        List<DataAttribute> others = new ArrayList<>();
        int lifetimes = 0;
        for (DataAttribute attribute : attributes) {
            if (attribute.type() == SaTek.LIFE_TYPE) {
                lifeType = attribute.bounded(0xffff);
            } else if (attribute.type() == SaTek.LIFE_DURATION) {
                takeLifetime(attribute);
                lifetimes++;
            } else {
                others.add(attribute);
            }
        }
        require(lifetimes <= KILOBYTES, lifetimes + " lifetimes of a TEK, 1 or 2 expected");
        for (DataAttribute attribute : DataAttribute.eachOnce("SA TEK", others)) {
            take(attribute);
        }
    }

    /** A type precedes its duration (RFC 2407, section 4.5); kilobytes are not counted here. */
    private void takeLifetime(DataAttribute attribute) throws MalformedPayload {
        require(
                lifeType == SECONDS || lifeType == KILOBYTES,
                "TEK life type " + lifeType + ", 1 (seconds) or 2 (kilobytes) expected");
        if (lifeType == SECONDS) {
            require(seconds == 0, "two lifetimes of a TEK in seconds");
            seconds = attribute.bounded(GroupDownloadReader.MAX_LIFETIME_SECONDS);
        }
    }

    private void take(DataAttribute attribute) throws MalformedPayload {
        int value = attribute.bounded(0xffff);
        switch (attribute.type()) {
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
                require(value >= 1 && value <= 4, "address preservation " + value + ", 1 to 4");
                preservation = AddressPreservation.values()[value - 1];
                break;
            case SaTek.DIRECTION:
                require(value >= 1 && value <= 3, "SA direction " + value + ", 1 to 3");
                direction = Tek.Direction.values()[value - 1];
                break;
            default:
                throw new MalformedPayload("unknown SA TEK attribute " + attribute.type());
        }
    }

    private Tek join(SaTek policy, KeyDownload keys, List<TrafficSelector> selectors)
            throws MalformedPayload {
        require(seconds > 0, "TEK lifetime of 0 s, or none");
        Spi spi;
        try {
            spi = Spi.of(policy.spi());
        } catch (IllegalArgumentException e) {
            throw new MalformedPayload(e.getMessage());
        }
        EspTransform transform =
                EspTransformCodec.find(policy.transformId(), keyBits, authentication);
        KeyPacket packet = keyPacket(policy.spi(), spi, keys);
        DataAttribute.eachOnce("TEK packet", packet.attributes());
        SecretBytes cipherKey =
                key(
                        packet,
                        KeyPacket.TEK_ALGORITHM_KEY,
                        transform.keyOctets() + transform.saltOctets());
        SecretBytes integrityKey;
        try {
            integrityKey = key(packet, KeyPacket.TEK_INTEGRITY_KEY, transform.integrityKeyOctets());
        } catch (MalformedPayload e) {
            cipherKey.destroy();
            throw e;
        }
        return new Tek(
                spi,
                transform,
                cipherKey,
                integrityKey,
                seconds,
                direction,
                preservation,
                selectors);
    }

    private static KeyPacket keyPacket(int number, Spi spi, KeyDownload keys)
            throws MalformedPayload {
        byte[] wanted = new WireWriter().u32(number).toByteArray();
        KeyPacket found = null;
        for (KeyPacket packet : keys.packets(KeyPacket.TEK)) {
            if (Arrays.equals(packet.spi(), wanted)) {
                require(found == null, "two keys in KD for TEK " + spi);
                found = packet;
            }
        }
        require(found != null, "no key in KD for TEK " + spi);
        return found;
    }

    /** A key of length 0 may be left out. */
    private static SecretBytes key(KeyPacket packet, int attribute, int octets)
            throws MalformedPayload {
        boolean given = packet.attributes().stream().anyMatch(one -> one.type() == attribute);
        byte[] key = given || octets > 0 ? packet.required(attribute).value() : new byte[0];
        if (key.length != octets) {
            Arrays.fill(key, (byte) 0);
            throw new MalformedPayload("key of " + key.length + " octets, " + octets + " needed");
        }
        return SecretBytes.wrap(key);
    }

    private static void require(boolean holds, String otherwise) throws MalformedPayload {
        if (!holds) {
            throw new MalformedPayload(otherwise);
        }
    }
}

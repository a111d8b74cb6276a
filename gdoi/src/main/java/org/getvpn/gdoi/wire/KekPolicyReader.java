// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyAddress;

/** Joins an SA KEK with its key packet into a {@link Kek}. */
final class KekPolicyReader {
    private static final int IV_OCTETS = 16;
    private static final int UDP = 17;

    /** Generous for RSA with 8192 bits. */
    private static final int MOST_PUBLIC_KEY_OCTETS = 2048;

    private int algorithm;
    private int keyBits = 128;
    private long lifetime;
    private int hash;
    private int signature;
    private int acknowledgement;

    private KekPolicyReader() {}

    /**
     * @throws MalformedPayload for an attribute that is unknown ("MUST abort": RFC 6407, section
     *     5.3.2), twice or out of bounds, and for a key that is missing or of another length
     */
    static Kek read(SaKek policy, KeyDownload keys, Set<Quirk> quirks) throws MalformedPayload {
        KekPolicyReader reader = new KekPolicyReader();
        for (DataAttribute attribute : DataAttribute.eachOnce("SA KEK", policy.attributes())) {
            reader.take(attribute);
        }
        return reader.join(policy, keyPacket(policy, keys, quirks));
    }

    private void take(DataAttribute attribute) throws MalformedPayload {
        switch (attribute.type()) {
            case SaKek.ALGORITHM:
                algorithm = attribute.bounded(0xffff);
                break;
            case SaKek.KEY_LENGTH:
                keyBits = attribute.bounded(256);
                break;
            case SaKek.KEY_LIFETIME:
                lifetime = attribute.bounded(GroupDownloadReader.MAX_LIFETIME_SECONDS);
                break;
            case SaKek.SIG_HASH_ALGORITHM:
                hash = attribute.bounded(0xffff);
                break;
            case SaKek.SIG_ALGORITHM:
                signature = attribute.bounded(0xffff);
                break;
            case SaKek.ACK_REQUESTED:
                acknowledgement = attribute.bounded(0xffff);
                break;
            case SaKek.MANAGEMENT_ALGORITHM: // the LKH packet of KD tells
            case SaKek.SIG_KEY_LENGTH: // the key itself tells
                break;
            default:
                throw new MalformedPayload("unknown SA KEK attribute " + attribute.type());
        }
    }

    private static KeyPacket keyPacket(SaKek policy, KeyDownload keys, Set<Quirk> quirks)
            throws MalformedPayload {
        List<KeyPacket> packets = keys.packets(KeyPacket.KEK);
        if (quirks.contains(Quirk.FOREIGN_KEK_SPI) && packets.size() == 1) {
            return packets.get(0);
        }
        KeyPacket found = null;
        for (KeyPacket packet : packets) {
            if (Arrays.equals(packet.spi(), policy.spi())) {
                if (found != null) {
                    throw new MalformedPayload("two keys in KD for the SPI of SA KEK");
                }
                found = packet;
            }
        }
        if (found == null) {
            throw new MalformedPayload("no key in KD for the SPI of SA KEK");
        }
        return found;
    }

    private Kek join(SaKek policy, KeyPacket packet) throws MalformedPayload {
        if (algorithm != Kek.ALGORITHM_AES_CBC) {
            throw new MalformedPayload("KEK algorithm " + algorithm + ", only AES-CBC (3)");
        }
        if (lifetime == 0) {
            throw new MalformedPayload("KEK lifetime of 0 s, or none");
        }
        DataAttribute.eachOnce("KEK packet", packet.attributes());
        byte[] publicKey = packet.required(KeyPacket.SIG_ALGORITHM_KEY).value();
        if (publicKey.length == 0 || publicKey.length > MOST_PUBLIC_KEY_OCTETS) {
            throw new MalformedPayload("SIG_ALGORITHM_KEY of " + publicKey.length + " octets");
        }
        byte[] ivAndKey = packet.required(KeyPacket.KEK_ALGORITHM_KEY).value();
        if (ivAndKey.length != IV_OCTETS + keyBits / 8) {
            Arrays.fill(ivAndKey, (byte) 0);
            throw new MalformedPayload("KEK of " + ivAndKey.length + " octets");
        }
        Kek kek =
                new Kek(
                        policy.spi(),
                        algorithm,
                        SecretBytes.wrap(ivAndKey),
                        lifetime,
                        hash,
                        signature,
                        publicKey,
                        acknowledgement);
        return rekeyAddress(policy).map(kek::sentTo).orElse(kek);
    }

    /** Empty for a destination that is a member, or nothing that can be listened to. */
    private static Optional<RekeyAddress> rekeyAddress(SaKek policy) {
        SelectorIdentity to = policy.destination();
        boolean address =
                to.type().equals(IdentificationType.IPV4_ADDR)
                        || to.type().equals(IdentificationType.IPV6_ADDR);
        if (!address || policy.protocol() != UDP || to.port() == 0) {
            return Optional.empty();
        }
        try {
            InetAddress group = InetAddress.getByAddress(to.data());
            return group.isMulticastAddress()
                    ? Optional.of(new RekeyAddress(group, to.port()))
                    : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty(); // of no length that an address has
        }
    }
}

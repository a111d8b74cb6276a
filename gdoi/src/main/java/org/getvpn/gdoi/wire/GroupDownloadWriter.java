// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.policy.AddressPreservation;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyAddress;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficSelector;

/** Turns a {@link GroupDownload} into the SA payload (policy) and the KD payload (keys). */
public final class GroupDownloadWriter {
    private static final int UDP = 17;
    private static final int KEK_IV = 16;

    private GroupDownloadWriter() {}

    /**
     * The policy: what message 2 of GROUPKEY-PULL and a rekey carry.
     *
     * @param rekeySource where rekey messages come from
     * @param member where they go to if the KEK names no multicast group
     */
    public static GroupSecurityAssociation policy(
            GroupDownload download, SelectorIdentity rekeySource, SelectorIdentity member) {
        return policy(download, rekeySource, member, 0);
    }

    /**
     * The policy, with what RFC 3547, section 5.3, says of proof of possession.
     *
     * @param rekeySource where rekey messages come from
     * @param member where they go to if the KEK names no multicast group
     * @param proofOfPossession POP algorithm (2 octets) and POP key length (2 octets); 0 for none,
     *     and without SA KEK
     */
    public static GroupSecurityAssociation policy(
            GroupDownload download,
            SelectorIdentity rekeySource,
            SelectorIdentity member,
            int proofOfPossession) {
        SaKek saKek =
                download.kek()
                        .map(
                                kek ->
                                        new SaKek(
                                                UDP,
                                                rekeySource,
                                                kek.rekeyAddress()
                                                        .map(GroupDownloadWriter::identity)
                                                        .orElse(member),
                                                kek.spi(),
                                                proofOfPossession,
                                                kekAttributes(download, kek)))
                        .orElse(null);
        List<DataAttribute> gap = new ArrayList<>();
        gap.add(
                DataAttribute.basic(
                        GroupAssociatedPolicy.ACTIVATION_TIME_DELAY,
                        download.activationDelaySeconds()));
        gap.add(
                DataAttribute.basic(
                        GroupAssociatedPolicy.DEACTIVATION_TIME_DELAY,
                        download.deactivationDelaySeconds()));
        if (!download.rules().isEmpty()) {
            gap.add(TrafficRuleList.write(download.rules()));
        }
        download.timeBasedReplay()
                .ifPresent(replay -> gap.addAll(TimeBasedReplayCodec.write(replay)));
        List<SaTek> saTeks = new ArrayList<>();
        for (Tek tek : download.teks()) {
            for (TrafficSelector selector : tek.selectors()) {
                saTeks.add(saTek(tek, selector));
            }
        }
        return new GroupSecurityAssociation(saKek, new GroupAssociatedPolicy(gap), saTeks);
    }

    private static SelectorIdentity identity(RekeyAddress group) {
        Identification id = Identification.of(group.address());
        return new SelectorIdentity(id.type(), group.port(), id.data());
    }

    private static List<DataAttribute> kekAttributes(GroupDownload download, Kek kek) {
        List<DataAttribute> attributes = new ArrayList<>();
        if (!download.keyTreeUpdates().isEmpty()) {
            // only in a rekey (RFC 6407, section 5.3)
            attributes.add(DataAttribute.basic(SaKek.MANAGEMENT_ALGORITHM, SaKek.MANAGEMENT_LKH));
        }
        attributes.add(DataAttribute.basic(SaKek.ALGORITHM, kek.algorithm()));
        attributes.add(
                DataAttribute.basic(SaKek.KEY_LENGTH, (kek.ivAndKey().length() - KEK_IV) * 8));
        attributes.add(DataAttribute.variable32(SaKek.KEY_LIFETIME, kek.remainingSeconds()));
        if (kek.signatureHash() != 0) {
            attributes.add(DataAttribute.basic(SaKek.SIG_HASH_ALGORITHM, kek.signatureHash()));
        }
        attributes.add(DataAttribute.basic(SaKek.SIG_ALGORITHM, kek.signatureAlgorithm()));
        attributes.add(
                DataAttribute.basic(SaKek.SIG_KEY_LENGTH, PublicKeySize.bits(kek.signatureKey())));
        if (kek.acknowledgement() != 0) {
            attributes.add(DataAttribute.basic(SaKek.ACK_REQUESTED, kek.acknowledgement()));
        }
        return attributes;
    }

    private static SaTek saTek(Tek tek, TrafficSelector selector) {
        List<DataAttribute> attributes =
                EspTransformCodec.attributes(tek.transform(), tek.remainingSeconds());
        if (tek.addressPreservation() != AddressPreservation.BOTH) {
            attributes.add(
                    DataAttribute.basic(
                            SaTek.ADDRESS_PRESERVATION, tek.addressPreservation().ordinal() + 1));
        }
        if (tek.direction() != Tek.Direction.SYMMETRIC) {
            attributes.add(DataAttribute.basic(SaTek.DIRECTION, tek.direction().ordinal() + 1));
        }
        return new SaTek(
                selector.protocol(),
                SelectorCodec.write(selector.source(), selector.sourcePort()),
                SelectorCodec.write(selector.destination(), selector.destinationPort()),
                tek.transform().transformId(),
                tek.spi().value(),
                attributes);
    }

    /** The keys: what message 4 of GROUPKEY-PULL and a rekey carry. */
    public static KeyDownload keys(GroupDownload download) {
        return keys(download, download.kek().map(Kek::spi).orElse(new byte[0]));
    }

    /**
     * The same with an SPI of the caller's at the KEK's key ({@link Quirk#FOREIGN_KEK_SPI}).
     *
     * @param kekKeySpi 16 octets
     */
    public static KeyDownload keys(GroupDownload download, byte[] kekKeySpi) {
        List<KeyPacket> packets = new ArrayList<>();
        for (Tek tek : download.teks()) {
            packets.add(tekPacket(tek));
        }
        download.kek().ifPresent(kek -> packets.add(kekPacket(kek, kekKeySpi)));
        if (!download.senderIds().isEmpty()) {
            packets.add(senderIdPacket(download.senderIds()));
        }
        return new KeyDownload(packets);
    }

    private static KeyPacket tekPacket(Tek tek) {
        List<DataAttribute> attributes = new ArrayList<>();
        if (tek.cipherKey().length() > 0) {
            attributes.add(secret(KeyPacket.TEK_ALGORITHM_KEY, tek.cipherKey().expose()));
        }
        if (tek.integrityKey().length() > 0) {
            attributes.add(secret(KeyPacket.TEK_INTEGRITY_KEY, tek.integrityKey().expose()));
        }
        return new KeyPacket(
                KeyPacket.TEK, new WireWriter().u32(tek.spi().value()).toByteArray(), attributes);
    }

    private static KeyPacket kekPacket(Kek kek, byte[] spi) {
        return new KeyPacket(
                KeyPacket.KEK,
                spi,
                List.of(
                        secret(KeyPacket.KEK_ALGORITHM_KEY, kek.ivAndKey().expose()),
                        DataAttribute.variable(KeyPacket.SIG_ALGORITHM_KEY, kek.signatureKey())));
    }

    private static DataAttribute secret(int type, byte[] exposed) {
        try {
            return DataAttribute.variable(type, exposed);
        } finally {
            Arrays.fill(exposed, (byte) 0);
        }
    }

    private static KeyPacket senderIdPacket(List<SenderId> senderIds) {
        List<DataAttribute> attributes = new ArrayList<>();
        attributes.add(DataAttribute.basic(KeyPacket.NUMBER_OF_SID_BITS, senderIds.get(0).bits()));
        for (SenderId id : senderIds) {
            attributes.add(DataAttribute.variable32(KeyPacket.SID_VALUE, id.value()));
        }
        return new KeyPacket(KeyPacket.SID, new byte[0], attributes);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.KeyTreeNode;
import org.getvpn.gdoi.wire.DataAttribute;
import org.getvpn.gdoi.wire.GroupAssociatedPolicy;
import org.getvpn.gdoi.wire.GroupDownloadReader;
import org.getvpn.gdoi.wire.GroupDownloadWriter;
import org.getvpn.gdoi.wire.GroupSecurityAssociation;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.KeyDownload;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;
import org.getvpn.gdoi.wire.Quirk;
import org.getvpn.gdoi.wire.SelectorIdentity;
import org.getvpn.gdoi.wire.SequenceNumber;

/** The payloads in which GROUPKEY-PULL and GROUPKEY-PUSH carry a download. */
final class DownloadPayloads {
    /** Why a KE payload ends GROUPKEY-PULL. */
    static final String NO_KEY_EXCHANGE =
            "the peer wants a key exchange (KE) in GROUPKEY-PULL, which RFC 6407, appendix B,"
                    + " withdrew as faulty: switch perfect forward secrecy off there";

    private DownloadPayloads() {}

    /** SA: the policy, with rekey messages from our endpoint to the peer's. */
    static Payload sa(GroupDownload download, ReturnPath path, RegistrationProfile profile) {
        int proof = profile.proofOfPossession().map(ProofOfPossession::demand).orElse(0);
        return GroupDownloadWriter.policy(
                        download, identity(path.local()), identity(path.remote()), proof)
                .write(SelectorIdentity.IdLength.under(profile.quirks()));
    }

    /** SA: the policy, with rekey messages between these. */
    static Payload sa(
            GroupDownload download,
            SelectorIdentity rekeySource,
            SelectorIdentity rekeyTarget,
            Set<Quirk> quirks) {
        return GroupDownloadWriter.policy(download, rekeySource, rekeyTarget)
                .write(SelectorIdentity.IdLength.under(quirks));
    }

    private static SelectorIdentity identity(Endpoint endpoint) {
        Identification id = Identification.of(endpoint.address());
        return new SelectorIdentity(id.type(), endpoint.port(), id.data());
    }

    /** [SEQ,] KD: SEQ stands there if the policy has an SA KEK (RFC 6407, section 3.2). */
    static List<Payload> keys(GroupDownload download) {
        List<Payload> payloads = new ArrayList<>();
        if (download.kek().isPresent()) {
            payloads.add(SequenceNumber.write(download.sequence()));
        }
        payloads.add(keys(download, GroupDownloadWriter.keys(download)));
        return payloads;
    }

    /** KD alone, as a rekey message under {@code kek} has it. */
    static Payload keysUnder(Kek kek, GroupDownload download, Set<Quirk> quirks) {
        return keys(
                download,
                quirks.contains(Quirk.FOREIGN_KEK_SPI)
                        ? GroupDownloadWriter.keys(download, kek.spi())
                        : GroupDownloadWriter.keys(download));
    }

    private static Payload keys(GroupDownload download, KeyDownload plain) {
        KeyDownload keys = KeyTreePayloads.write(plain, download);
        try {
            return keys.write();
        } finally {
            plain.destroy();
            keys.destroy();
        }
    }

    /** GAP with the number of sender ids that a member asks for. */
    static Payload senderIdRequest(int count) {
        return new GroupAssociatedPolicy(
                        List.of(
                                DataAttribute.basic(
                                        GroupAssociatedPolicy.SENDER_ID_REQUEST, count)))
                .write();
    }

    /** How many sender ids the chain asks for; 0 if it does not say. */
    static int senderIdRequest(PayloadChain chain) throws MalformedPayload {
        Optional<Payload> gap = chain.atMostOne(PayloadType.GAP);
        if (gap.isPresent()) {
            for (DataAttribute attribute :
                    GroupAssociatedPolicy.read(gap.get().body()).attributes()) {
                if (attribute.type() == GroupAssociatedPolicy.SENDER_ID_REQUEST) {
                    long count = attribute.number();
                    if (count > GroupDownloadReader.MAX_SENDER_IDS) {
                        throw new MalformedPayload(
                                count
                                        + " sender ids asked for: "
                                        + GroupDownloadReader.MAX_SENDER_IDS
                                        + " at most");
                    }
                    return (int) count;
                }
            }
        }
        return 0;
    }

    /** Joins policy and the keys that {@code chain} carries. */
    static GroupDownload read(GroupId group, byte[] policy, PayloadChain chain, Set<Quirk> quirks)
            throws MalformedPayload {
        Optional<Payload> sequence = chain.atMostOne(PayloadType.SEQ);
        return read(
                group,
                policy,
                chain,
                sequence.isPresent() ? SequenceNumber.read(sequence.get().body()) : 0,
                quirks,
                List.of());
    }

    /**
     * The same with a sequence number of the caller's; no copy of a key stays behind.
     *
     * @param heldPath the member's keys in a logical key hierarchy; empty if it has none
     */
    static GroupDownload read(
            GroupId group,
            byte[] policy,
            PayloadChain chain,
            long sequence,
            Set<Quirk> quirks,
            List<KeyTreeNode> heldPath)
            throws MalformedPayload {
        byte[] body = chain.onlyBody(PayloadType.KD, 4, Frame.MAX_OCTETS);
        try {
            KeyDownload keys = KeyDownload.read(body);
            try {
                GroupSecurityAssociation sa = GroupSecurityAssociation.read(policy, quirks);
                if (sa.saKek().isEmpty()) {
                    return GroupDownloadReader.read(group, sa, keys, sequence, quirks);
                }
                KeyTreePayloads.Resolved resolved =
                        KeyTreePayloads.read(keys, sa.saKek().get().ivAndKeyOctets(), heldPath);
                try {
                    return GroupDownloadReader.read(group, sa, resolved.keys(), sequence, quirks)
                            .withKeyPath(resolved.path());
                } finally {
                    resolved.keys().destroy();
                }
            } finally {
                keys.destroy();
            }
        } finally {
            Arrays.fill(body, (byte) 0);
            chain.destroy();
        }
    }
}

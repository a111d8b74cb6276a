// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * The SA payload of Phase 1: DOI, situation, one proposal with transforms (RFC 2408, section 3.4;
 * RFC 2409, section 5).
 *
 * <pre>
 * |  Domain of Interpretation (4) | Situation (4) |
 * |  Proposal: number, PROTO_ISAKMP, SPI size, #transforms, SPI | Transforms ...
 * </pre>
 */
public final class SecurityAssociation {
    /** More transforms than any peer offers in earnest. */
    public static final int MAX_TRANSFORMS = 64;

    private static final int PROTO_ISAKMP = 1;

    private final int doi;
    private final int situation;
    private final int proposalNumber;
    private final byte[] spi;
    private final List<Transform> transforms;

    /**
     * @param doi 1 (IPsec) or 2 (GDOI)
     * @param situation of the DOI: 1 with DOI 1, 0 with DOI 2; echoed by a responder
     * @param proposalNumber 0 to 255; echoed by a responder
     */
    public SecurityAssociation(
            int doi, int situation, int proposalNumber, List<Transform> transforms) {
        this(doi, situation, proposalNumber, new byte[0], transforms);
    }

    private SecurityAssociation(
            int doi, int situation, int proposalNumber, byte[] spi, List<Transform> transforms) {
        this.spi = spi;
        this.doi = doi;
        this.situation = situation;
        this.proposalNumber = proposalNumber;
        this.transforms = List.copyOf(transforms);
    }

    /**
     * Reads the body of an SA payload of Phase 1.
     *
     * @throws MalformedPayload also for more than one proposal, which Phase 1 forbids
     */
    public static SecurityAssociation read(byte[] body) throws MalformedPayload {
        WireReader in = new WireReader("SA", body);
        int doi = in.u32();
        int situation = in.u32();
        PayloadChain proposals =
                PayloadChain.read(PayloadType.PROPOSAL, in.rest(), PayloadChain.Padding.NONE);
        if (proposals.payloads().size() != 1 || !proposals.first().equals(PayloadType.PROPOSAL)) {
            throw in.malformed(proposals.payloads().size() + " proposals, Phase 1 has one");
        }
        WireReader proposal = new WireReader("Proposal", proposals.payloads().get(0).body());
        int number = proposal.u8();
        int protocol = proposal.u8();
        if (protocol != PROTO_ISAKMP) {
            throw proposal.malformed("protocol " + protocol + ", not ISAKMP (1)");
        }
        int spiSize = proposal.u8();
        int count = proposal.u8();
        if (spiSize > 16) {
            throw proposal.malformed("SPI of " + spiSize + " octets");
        }
        byte[] spi =
                proposal.bytes(spiSize); // the cookies are the SPI: ignored (RFC 2408, section 3.5)
        byte[] rest = proposal.rest();
        if (count == 0 || count > MAX_TRANSFORMS) {
            throw proposal.malformed(count + " transforms");
        }
        List<Transform> transforms = new ArrayList<>();
        for (Payload payload :
                PayloadChain.read(PayloadType.TRANSFORM, rest, PayloadChain.Padding.NONE)
                        .payloads()) {
            if (!payload.type().equals(PayloadType.TRANSFORM)) {
                throw proposal.malformed(payload.type() + " among transforms");
            }
            transforms.add(Transform.read(payload.body()));
        }
        if (transforms.size() != count) {
            throw proposal.malformed(transforms.size() + " transforms, " + count + " announced");
        }
        return new SecurityAssociation(doi, situation, number, spi, transforms);
    }

    /** The payload. */
    public Payload write() {
        List<Payload> payloads = new ArrayList<>();
        for (Transform transform : transforms) {
            payloads.add(transform.write());
        }
        byte[] proposal =
                new WireWriter()
                        .u8(proposalNumber)
                        .u8(PROTO_ISAKMP)
                        .u8(spi.length)
                        .u8(transforms.size())
                        .bytes(spi)
                        .bytes(PayloadChain.of(payloads).octets())
                        .toByteArray();
        return Payload.of(
                PayloadType.SA,
                new WireWriter()
                        .u32(doi)
                        .u32(situation)
                        .bytes(Payload.of(PayloadType.PROPOSAL, proposal).octets())
                        .toByteArray());
    }

    /** 1 (IPsec) or 2 (GDOI), or what the peer sent. */
    public int doi() {
        return doi;
    }

    /** Of the DOI. */
    public int situation() {
        return situation;
    }

    /** As the initiator numbered it. */
    public int proposalNumber() {
        return proposalNumber;
    }

    /** In order of preference. */
    public List<Transform> transforms() {
        return transforms;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The SA payload of GROUPKEY-PULL and GROUPKEY-PUSH: at most one SA KEK, at most one GAP, SA TEKs,
 * in this order (RFC 6407, section 5.2).
 *
 * <pre>
 * | DOI (4) = 2 | Situation (4) = 0 | SA Attribute Next Payload (2) | RESERVED2 (2) |
 * | SA KEK | GAP | SA TEK ...
 * </pre>
 */
public final class GroupSecurityAssociation {
    private final SaKek saKek;
    private final GroupAssociatedPolicy gap;
    private final List<SaTek> saTeks;
    private final SelectorIdentity.IdLength idLength;

    /**
     * @param saKek null for none
     * @param gap null for none
     */
    public GroupSecurityAssociation(SaKek saKek, GroupAssociatedPolicy gap, List<SaTek> saTeks) {
        this(saKek, gap, saTeks, SelectorIdentity.IdLength.ONE_OCTET);
    }

    private GroupSecurityAssociation(
            SaKek saKek,
            GroupAssociatedPolicy gap,
            List<SaTek> saTeks,
            SelectorIdentity.IdLength idLength) {
        this.idLength = idLength;
        this.saKek = saKek;
        this.gap = gap;
        this.saTeks = List.copyOf(saTeks);
    }

    /** Reads the body of a GDOI SA payload. */
    public static GroupSecurityAssociation read(byte[] body) throws MalformedPayload {
        return read(body, SelectorIdentity.IdLength.ONE_OCTET);
    }

    /**
     * Reads the body of a GDOI SA payload; with {@link Quirk#TWO_OCTET_ID_LENGTH} also in that form
     * where lengths of one octet do not close on the payload's end.
     */
    public static GroupSecurityAssociation read(byte[] body, Set<Quirk> quirks)
            throws MalformedPayload {
        try {
            return read(body);
        } catch (MalformedPayload standard) {
            if (!quirks.contains(Quirk.TWO_OCTET_ID_LENGTH)) {
                throw standard;
            }
            try {
                return read(body, SelectorIdentity.IdLength.TWO_OCTETS);
            } catch (MalformedPayload quirk) {
                throw standard;
            }
        }
    }

    /** Reads the body of a GDOI SA payload in one form of identification lengths only. */
    public static GroupSecurityAssociation read(byte[] body, SelectorIdentity.IdLength idLength)
            throws MalformedPayload {
        WireReader in = new WireReader("GDOI SA", body);
        int doi = in.u32();
        if (doi != Doi.GDOI) {
            throw in.malformed("DOI " + Integer.toUnsignedString(doi) + ", not GDOI (2)");
        }
        in.zero("situation", 4);
        int first = in.u16();
        if (first > 0xff) {
            throw in.malformed("SA Attribute Next Payload " + first);
        }
        in.zero("RESERVED2", 2);
        PayloadChain inner = PayloadChain.readInner(PayloadType.of(first), in.rest());
        SaKek saKek = null;
        GroupAssociatedPolicy gap = null;
        List<SaTek> saTeks = new ArrayList<>();
        for (Payload payload : inner.payloads()) {
            if (payload.type().equals(PayloadType.SA_KEK)) {
                if (saKek != null || gap != null || !saTeks.isEmpty()) {
                    throw in.malformed("SA KEK is not the first and only one");
                }
                saKek = SaKek.read(payload.body(), idLength);
            } else if (payload.type().equals(PayloadType.GAP)) {
                if (gap != null || !saTeks.isEmpty()) {
                    throw in.malformed("GAP twice or behind an SA TEK");
                }
                gap = GroupAssociatedPolicy.read(payload.body());
            } else if (payload.type().equals(PayloadType.SA_TEK)) {
                saTeks.add(SaTek.read(payload.body(), idLength));
            } else {
                throw in.malformed(payload.type() + " inside");
            }
        }
        if (saKek == null && saTeks.isEmpty()) {
            throw in.malformed("neither SA KEK nor SA TEK");
        }
        return new GroupSecurityAssociation(saKek, gap, saTeks, idLength);
    }

    /** The payload. */
    public Payload write(SelectorIdentity.IdLength idLength) {
        List<Payload> inner = new ArrayList<>();
        if (saKek != null) {
            inner.add(saKek.write(idLength));
        }
        if (gap != null) {
            inner.add(gap.write());
        }
        for (SaTek saTek : saTeks) {
            inner.add(saTek.write(idLength));
        }
        PayloadChain chain = PayloadChain.ofInner(inner);
        return Payload.of(
                PayloadType.SA,
                new WireWriter()
                        .u32(Doi.GDOI)
                        .u32(0)
                        .u16(chain.first().number())
                        .u16(0)
                        .bytes(chain.octets())
                        .toByteArray());
    }

    /** The form in which it was read: what {@link #write} needs to give the same octets. */
    public SelectorIdentity.IdLength idLength() {
        return idLength;
    }

    /** Policy of rekey messages. */
    public Optional<SaKek> saKek() {
        return Optional.ofNullable(saKek);
    }

    /** Policy of the group. */
    public Optional<GroupAssociatedPolicy> gap() {
        return Optional.ofNullable(gap);
    }

    /** One per traffic selector. */
    public List<SaTek> saTeks() {
        return saTeks;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * SAs that are gone (RFC 2408, section 3.15; RFC 6407, section 5.9).
 *
 * <pre>
 * | DOI (4) | Protocol-ID (1) | SPI Size (1) | # of SPIs (2) | SPIs ...
 * </pre>
 *
 * In a rekey: protocol 1 with SPIs of 4 octets for ESP, protocol 0 with SPIs of 16 octets for the
 * KEK; an SPI of zero stands for all of that protocol.
 */
public final class Delete {
    /** Protocol of ISAKMP SAs in Phase 1, of ESP in a rekey. */
    public static final int PROTOCOL_ESP = 1;

    /** Protocol of the KEK in a rekey. */
    public static final int PROTOCOL_KEK = 0;

    /** More SAs than a group has. */
    public static final int MAX_SPIS = 256;

    private final int doi;
    private final int protocol;
    private final int spiSize;
    private final List<byte[]> spis;

    /** All SPIs have {@code spiSize} octets. */
    public Delete(int doi, int protocol, int spiSize, List<byte[]> spis) {
        this.doi = doi;
        this.protocol = protocol;
        this.spiSize = spiSize;
        this.spis = List.copyOf(spis);
    }

    /** Reads the body of a Delete payload. */
    public static Delete read(byte[] body) throws MalformedPayload {
        WireReader in = new WireReader("Delete", body);
        int doi = in.u32();
        int protocol = in.u8();
        int spiSize = in.u8();
        int count = in.u16();
        if (count == 0 || count > MAX_SPIS || spiSize == 0) {
            throw in.malformed(count + " SPIs of " + spiSize + " octets");
        }
        List<byte[]> spis = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            spis.add(in.bytes(spiSize));
        }
        in.end();
        return new Delete(doi, protocol, spiSize, spis);
    }

    /** The payload. */
    public Payload write() {
        WireWriter out = new WireWriter().u32(doi).u8(protocol).u8(spiSize).u16(spis.size());
        for (byte[] spi : spis) {
            out.bytes(spi);
        }
        return Payload.of(PayloadType.DELETE, out.toByteArray());
    }

    /** Domain of interpretation; GDOI in a rekey, though some send 0. */
    public int doi() {
        return doi;
    }

    /** Which kind of SA. */
    public int protocol() {
        return protocol;
    }

    /** 4 for ESP, 16 for a KEK or Phase 1. */
    public int spiSize() {
        return spiSize;
    }

    /** At least one. */
    public List<byte[]> spis() {
        return spis;
    }
}

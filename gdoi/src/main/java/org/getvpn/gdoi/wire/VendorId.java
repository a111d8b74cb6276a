// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Arrays;

/**
 * The mark of an implementation or of a feature (RFC 2408, section 3.16). One that nobody here
 * knows is ignored.
 */
public final class VendorId {
    /** Longest mark that is accepted, in octets. */
    public static final int MAX = 256;

    /** Dead peer detection, version 1.0 (RFC 3706, section 5.1). */
    public static final VendorId DEAD_PEER_DETECTION =
            known(0xafcad71368a1f1c9L, 0x6b8696fc77570100L);

    /** NAT traversal (RFC 3947, section 3.1). */
    public static final VendorId NAT_TRAVERSAL = known(0x4a131c8107035845L, 0x5c5728f20e95452fL);

    /**
     * IP-D3P: MD5("draft-weis-delay-detection-01") (draft-weis-delay-detection-03, section 4.1).
     */
    public static final VendorId DELAY_DETECTION = known(0x110088397f51fe96L, 0x69b9630476358becL);

    private final byte[] octets;

    /**
     * @param octets 1 to 256
     */
    public VendorId(byte[] octets) {
        if (octets.length == 0 || octets.length > MAX) {
            throw new IllegalArgumentException("vendor id of " + octets.length + " octets");
        }
        this.octets = octets.clone();
    }

    private static VendorId known(long first, long second) {
        return new VendorId(
                new WireWriter()
                        .u32(first >>> 32)
                        .u32(first)
                        .u32(second >>> 32)
                        .u32(second)
                        .toByteArray());
    }

    /** Reads the body of a VENDOR_ID payload. */
    public static VendorId read(byte[] body) throws MalformedPayload {
        if (body.length == 0 || body.length > MAX) {
            throw new MalformedPayload("VENDOR_ID: " + body.length + " octets, 1 to " + MAX);
        }
        return new VendorId(body);
    }

    /** The payload. */
    public Payload write() {
        return Payload.of(PayloadType.VENDOR_ID, octets);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VendorId && Arrays.equals(octets, ((VendorId) other).octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    /** In hexadecimal, as other implementations list them. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (byte octet : octets) {
            text.append(String.format("%02x", octet));
        }
        return text.toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.List;

/**
 * The keys of one member, from its leaf to the root, which is the group's KEK: LKH_DOWNLOAD_ARRAY
 * (RFC 6407, section 5.6.3.1). Sent in GROUPKEY-PULL only.
 *
 * <pre>
 * | LKH Version (1) = 1 | # of LKH Keys (2) | RESERVED (1) | LKH keys ...
 * </pre>
 */
public final class LkhDownloadArray {
    private static final int VERSION = 1;

    private final List<LkhKey> keys;

    /**
     * @param keys 1 to 64, leaf first, with key data of one length
     */
    public LkhDownloadArray(List<LkhKey> keys) {
        this.keys = LkhKeyList.checked(keys);
    }

    /**
     * Reads the value of the attribute.
     *
     * @param keyDataOctets IV and key of the KEK's algorithm, for example 32 for AES-128
     */
    public static LkhDownloadArray read(byte[] value, int keyDataOctets) throws MalformedPayload {
        WireReader in = new WireReader("LKH_DOWNLOAD_ARRAY", value);
        int version = in.u8();
        int count = in.u16();
        in.zero("RESERVED", 1);
        if (version != VERSION) {
            throw in.malformed("version " + version + ", not 1");
        }
        return new LkhDownloadArray(LkhKeyList.read(in, count, keyDataOctets));
    }

    /** The attribute for a {@link KeyPacket#LKH} packet. */
    public DataAttribute write() {
        WireWriter out = new WireWriter().u8(VERSION).u16(keys.size()).u8(0);
        for (LkhKey key : keys) {
            key.write(out);
        }
        return DataAttribute.variable(KeyPacket.LKH_DOWNLOAD_ARRAY, out.toByteArray());
    }

    /** Leaf first. */
    public List<LkhKey> keys() {
        return keys;
    }
}

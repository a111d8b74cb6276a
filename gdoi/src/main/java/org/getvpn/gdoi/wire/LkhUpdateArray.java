// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.List;

/**
 * New keys for the part of the tree below one node: LKH_UPDATE_ARRAY (RFC 6407, section 5.6.3.2).
 * The first key is encrypted under the key that the array names, each further one under the key
 * before it; so a member that was evicted, and does not have the named key, reads none of them.
 *
 * <pre>
 * | LKH Version (1) = 1 | # of LKH Keys (2) | RESERVED (1) |
 * | LKH ID (2) | RESERVED2 (2) | Key Handle (4) | LKH keys ...
 * </pre>
 */
public final class LkhUpdateArray {
    private static final int VERSION = 1;

    private final int id;
    private final int handle;
    private final List<LkhKey> keys;

    /**
     * @param id node whose key opens the first key, 0 to 65535
     * @param handle generation of that key
     * @param keys 1 to 64, encrypted, towards the root
     */
    public LkhUpdateArray(int id, int handle, List<LkhKey> keys) {
        if (id >>> 16 != 0) {
            throw new IllegalArgumentException("LKH node " + id);
        }
        this.id = id;
        this.handle = handle;
        this.keys = LkhKeyList.checked(keys);
    }

    /**
     * Reads the value of the attribute.
     *
     * @param keyDataOctets IV and key of the KEK's algorithm, for example 32 for AES-128
     */
    public static LkhUpdateArray read(byte[] value, int keyDataOctets) throws MalformedPayload {
        WireReader in = new WireReader("LKH_UPDATE_ARRAY", value);
        int version = in.u8();
        int count = in.u16();
        in.zero("RESERVED", 1);
        if (version != VERSION) {
            throw in.malformed("version " + version + ", not 1");
        }
        int id = in.u16();
        in.zero("RESERVED2", 2);
        int handle = in.u32();
        return new LkhUpdateArray(id, handle, LkhKeyList.read(in, count, keyDataOctets));
    }

    /** The attribute for a {@link KeyPacket#LKH} packet. */
    public DataAttribute write() {
        WireWriter out =
                new WireWriter().u8(VERSION).u16(keys.size()).u8(0).u16(id).u16(0).u32(handle);
        for (LkhKey key : keys) {
            key.write(out);
        }
        return DataAttribute.variable(KeyPacket.LKH_UPDATE_ARRAY, out.toByteArray());
    }

    /** Node whose key opens the first key. */
    public int id() {
        return id;
    }

    /** Generation of that key. */
    public int handle() {
        return handle;
    }

    /** Towards the root. */
    public List<LkhKey> keys() {
        return keys;
    }
}

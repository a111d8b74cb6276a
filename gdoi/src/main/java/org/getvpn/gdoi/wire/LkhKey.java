// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Arrays;

/**
 * One key of a logical key hierarchy (RFC 6407, section 5.6.3.1).
 *
 * <pre>
 * |           LKH ID (2)          | Key Type (1)  | RESERVED (1)  |
 * |                     Key Creation Date (4)                     |
 * |                    Key Expiration Date (4)                    |
 * |                         Key Handle (4)                        |
 * |                      Key Data: IV | key                       |
 * </pre>
 *
 * The RFC does not say how long the key data is: it follows from the KEK's algorithm and length,
 * which the SA KEK payload states.
 */
public final class LkhKey {
    private static final int HEADER = 16;

    private final int id;
    private final int keyType;
    private final long created;
    private final long expires;
    private final int handle;
    private final byte[] keyData;

    /**
     * @param id node of the tree, 0 to 65535
     * @param keyType KEK_ALGORITHM, 0 to 255
     * @param created seconds since 1970, 0 to 2^32-1; 0 for none
     * @param expires seconds since 1970, 0 to 2^32-1; 0 for never
     * @param handle tells generations of one node's key apart
     * @param keyData IV | key; in an update array encrypted under another key
     */
    public LkhKey(int id, int keyType, long created, long expires, int handle, byte[] keyData) {
        if (id >>> 16 != 0 || keyType >>> 8 != 0 || created >>> 32 != 0 || expires >>> 32 != 0) {
            throw new IllegalArgumentException("LKH key " + id + " of type " + keyType);
        }
        this.id = id;
        this.keyType = keyType;
        this.created = created;
        this.expires = expires;
        this.handle = handle;
        this.keyData = keyData.clone();
    }

    static LkhKey read(WireReader in, int keyDataOctets) throws MalformedPayload {
        int id = in.u16();
        int keyType = in.u8();
        in.zero("RESERVED", 1);
        long created = Integer.toUnsignedLong(in.u32());
        long expires = Integer.toUnsignedLong(in.u32());
        int handle = in.u32();
        return new LkhKey(id, keyType, created, expires, handle, in.bytes(keyDataOctets));
    }

    void write(WireWriter out) {
        out.u16(id).u8(keyType).u8(0).u32(created).u32(expires).u32(handle).bytes(keyData);
    }

    static int octets(int keyDataOctets) {
        return HEADER + keyDataOctets;
    }

    /** Node of the tree. */
    public int id() {
        return id;
    }

    /** KEK_ALGORITHM. */
    public int keyType() {
        return keyType;
    }

    /** Seconds since 1970. */
    public long created() {
        return created;
    }

    /** Seconds since 1970. */
    public long expires() {
        return expires;
    }

    /** Generation of the node's key. */
    public int handle() {
        return handle;
    }

    /** IV | key, or the encryption of it; a copy that the caller zeroes. */
    public byte[] keyData() {
        return keyData.clone();
    }

    int keyDataOctets() {
        return keyData.length;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof LkhKey)) {
            return false;
        }
        LkhKey that = (LkhKey) other;
        return id == that.id
                && keyType == that.keyType
                && created == that.created
                && expires == that.expires
                && handle == that.handle
                && Arrays.equals(keyData, that.keyData);
    }

    @Override
    public int hashCode() {
        return 31 * id + handle;
    }

    /** Node and generation, never the key. */
    @Override
    public String toString() {
        return "LKH key " + id + "/" + Integer.toUnsignedString(handle);
    }
}

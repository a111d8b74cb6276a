// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

/** Sizes of an ESP packet in tunnel mode (RFC 4303, section 2; RFC 4106). */
public final class Esp {
    /** SPI and sequence number. */
    public static final int HEADER = 8;

    /** Explicit IV of AES-GCM. */
    public static final int IV = 8;

    /** Pad length and next header. */
    public static final int TRAILER = 2;

    /** Integrity check value. */
    public static final int ICV = 16;

    /** Everything is padded to this, trailer included. */
    public static final int ALIGNMENT = 4;

    /** Next Header of an IPv4 packet inside. */
    public static final int NEXT_IPV4 = 4;

    /** IP header without options, ESP header, IV: what stands before the ciphertext. */
    public static final int FRONT = 20 + HEADER + IV;

    private Esp() {}

    /** Octets of padding for an inner packet of that length, 0 to 3. */
    public static int padding(int innerLength) {
        return -(innerLength + TRAILER) & ALIGNMENT - 1;
    }

    /** Octets of the outer packet that carries an inner packet of that length. */
    public static int outerLength(int innerLength) {
        return FRONT + innerLength + padding(innerLength) + TRAILER + ICV;
    }

    /** The longest inner packet whose outer packet fits {@code mtu} octets. */
    public static int largestInner(int mtu) {
        return (mtu - FRONT - ICV & -ALIGNMENT) - TRAILER;
    }
}

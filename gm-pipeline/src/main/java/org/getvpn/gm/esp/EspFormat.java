// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.TimeRule;

/**
 * Sizes of ESP in tunnel mode with AES-GCM-16 (RFC 4303, section 2; RFC 4106):
 *
 * <pre>
 * outer IP 20 | SPI 4 | sequence 4 | IV 8 | [time 12] | inner packet | padding 0-3 | pad length 1 | next 1 | ICV 16
 * </pre>
 *
 * The one place that knows what encryption adds.
 */
public final class EspFormat {
    /** SPI and sequence number: the associated data. */
    public static final int HEADER = 8;

    /** The explicit IV. */
    public static final int IV = 8;

    /** Pad length and next header. */
    public static final int TRAILER = 2;

    /** Integrity check value. */
    public static final int ICV = AeadCipher.ICV;

    /** Most that a packet grows by, in octets. */
    public static final int MAX_OVERHEAD =
            Ipv4.HEADER + HEADER + IV + TimeRule.HEADER + 3 + TRAILER + ICV;

    /** From the outer IP header to the inner packet. */
    static final int PREFIX = Ipv4.HEADER + HEADER + IV;

    private EspFormat() {}

    /**
     * Padding that aligns inner packet and trailer to 4 octets (RFC 4303, section 2.4): 0 to 3. The
     * time takes a multiple of 4 and is no matter.
     */
    public static int padding(int innerLength) {
        return -(innerLength + TRAILER) & 3;
    }

    /** Length of the outer packet for an inner one, in octets. */
    public static int outerLength(int innerLength) {
        return outerLength(innerLength, 0);
    }

    /**
     * The same for an SA whose packets carry a time.
     *
     * @param timeOctets that it takes, 0 for none
     */
    public static int outerLength(int innerLength, int timeOctets) {
        return PREFIX + timeOctets + innerLength + padding(innerLength) + TRAILER + ICV;
    }

    /** The longest inner packet whose outer packet fits {@code outerMtu}, in octets. */
    public static int innerMtu(int outerMtu) {
        return innerMtu(outerMtu, 0);
    }

    /**
     * The same for an SA whose packets carry a time.
     *
     * @param timeOctets that it takes, 0 for none
     */
    public static int innerMtu(int outerMtu, int timeOctets) {
        int protectedText = outerMtu - PREFIX - ICV & ~3;
        return protectedText - TRAILER - timeOctets;
    }
}

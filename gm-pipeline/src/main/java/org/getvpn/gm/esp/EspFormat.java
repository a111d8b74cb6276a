// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.sa.TimeRule;

/**
 * Sizes of the packets of one SA: ESP in tunnel mode (RFC 4303, section 2), with AES-GCM-16 for
 * example
 *
 * <pre>
 * outer IP 20 or 40 | SPI 4 | sequence 4 | IV 8 | [time 12] | inner packet | padding 0-3 | pad length 1 | next 1 | ICV 16
 * </pre>
 *
 * The one place that knows what encryption adds. Immutable.
 */
public final class EspFormat {
    /** SPI and sequence number: the associated data. */
    public static final int HEADER = 8;

    /** Pad length and next header. */
    public static final int TRAILER = 2;

    /** Most that any transform makes a packet grow by, in octets: AES-CBC with HMAC-SHA-512. */
    public static final int MAX_OVERHEAD =
            Ipv6.HEADER
                    + HEADER
                    + CbcHmac.BLOCK
                    + TimeRule.HEADER
                    + (CbcHmac.BLOCK - 1)
                    + TRAILER
                    + 32;

    /** AES-GCM with an ICV of 16 octets, whatever the key; packets without a time. */
    public static final EspFormat AES_GCM = of(EspTransform.AES_GCM_16_256, null);

    /** Least alignment of ESP (RFC 4303, section 2.4). */
    private static final int WORD = 4;

    private final int ivOctets;
    private final int icvOctets;
    private final int alignment;
    private final int timeOctets;

    private EspFormat(int ivOctets, int icvOctets, int alignment, int timeOctets) {
        this.ivOctets = ivOctets;
        this.icvOctets = icvOctets;
        this.alignment = alignment;
        this.timeOctets = timeOctets;
    }

    /**
     * The format of an SA's packets.
     *
     * @param timeRule null if they carry no time
     */
    public static EspFormat of(EspTransform transform, TimeRule timeRule) {
        return new EspFormat(
                transform.ivOctets(),
                transform.icvOctets(),
                transform.mode() == EspTransform.Mode.CBC ? CbcHmac.BLOCK : WORD,
                timeRule == null ? 0 : TimeRule.HEADER);
    }

    /** The same for packets that carry a time. */
    public EspFormat withTime() {
        return new EspFormat(ivOctets, icvOctets, alignment, TimeRule.HEADER);
    }

    /** The IV on the wire, 0, 8 or 16. */
    public int ivOctets() {
        return ivOctets;
    }

    /** The integrity check value, 8 to 32. */
    public int icvOctets() {
        return icvOctets;
    }

    /** The time in front of the inner packet, 0 for none. */
    public int timeOctets() {
        return timeOctets;
    }

    /** From the SPI to the text. */
    int head() {
        return HEADER + ivOctets;
    }

    /** Shortest payload of an outer packet: an empty text with its trailer. */
    int leastPayload() {
        return head() + TRAILER + icvOctets;
    }

    /** Padding that aligns time, inner packet and trailer (RFC 4303, section 2.4): 0 to 15. */
    public int padding(int innerLength) {
        return -(timeOctets + innerLength + TRAILER) & alignment - 1;
    }

    /**
     * Length of the outer packet for an inner one, in octets.
     *
     * @param ipHeader the outer IP header's: {@link Ipv4#HEADER} or {@link Ipv6#HEADER}
     */
    public int outerLength(int ipHeader, int innerLength) {
        return ipHeader
                + head()
                + timeOctets
                + innerLength
                + padding(innerLength)
                + TRAILER
                + icvOctets;
    }

    /**
     * The longest inner packet whose outer packet fits {@code outerMtu}, in octets.
     *
     * @param ipHeader the outer IP header's: {@link Ipv4#HEADER} or {@link Ipv6#HEADER}
     */
    public int innerMtu(int ipHeader, int outerMtu) {
        int text = outerMtu - ipHeader - head() - icvOctets & -alignment;
        return text - TRAILER - timeOctets;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gm.esp.AeadCipher;

/**
 * The SA to send with. Its IV is sender id ‖ counter (RFC 6054, section 3): unique as long as the
 * sender id is, because the counter never wraps and never restarts. One path owns it.
 */
public final class OutboundSa {
    /** In place of an IV: none is left. No real IV is all ones, since the counter stops before. */
    public static final long EXHAUSTED = -1;

    private final Spi spi;
    private final AeadCipher cipher;
    private final long prefix;
    private final long limit;
    private volatile long counter;
    private int sequence;
    private int identification;

    /**
     * @param senderId unused with this key before; the caller gets a new one at each registration
     */
    public OutboundSa(Spi spi, AeadCipher cipher, SenderId senderId) {
        this(spi, cipher, senderId, (1L << 64 - senderId.bits()) - 1);
    }

    /** As above, with a {@code limit} of packets below what the IV has room for. */
    public OutboundSa(Spi spi, AeadCipher cipher, SenderId senderId, long limit) {
        long room = (1L << 64 - senderId.bits()) - 1;
        this.spi = spi;
        this.cipher = cipher;
        this.prefix = (long) senderId.value() << 64 - senderId.bits();
        // The sequence number must not cycle either (RFC 4303, section 3.3.3).
        this.limit = Math.min(Math.min(limit, room), 0xffff_ffffL);
    }

    /** The SA's index on the wire. */
    public Spi spi() {
        return spi;
    }

    /** Encrypts. */
    public AeadCipher cipher() {
        return cipher;
    }

    /** The next IV, or {@link #EXHAUSTED}. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    public long nextIv() {
        long used = counter;
        if (used >= limit) {
            return EXHAUSTED;
        }
        counter = used + 1; // one writer; volatile for readers of remaining()
        return prefix | used;
    }

    /** The next sequence number, 1 first. */
    public int nextSequence() {
        return ++sequence;
    }

    /** The next identification of an outer IPv4 header, 16 bits. */
    public int nextIdentification() {
        identification = identification + 1 & 0xffff;
        return identification;
    }

    /** Packets that can still be sent. */
    public long remaining() {
        return limit - counter;
    }

    /** Packets that can be sent in all. */
    public long limit() {
        return limit;
    }
}

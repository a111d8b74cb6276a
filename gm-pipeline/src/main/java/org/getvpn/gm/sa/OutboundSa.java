// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gm.esp.AeadCipher;
import org.getvpn.gm.esp.EspFormat;

/**
 * What is needed to send under one key as one sender: cipher, sender id and the counter that makes
 * each IV (RFC 6054, section 3). It has no way to receive and no way to set the counter: a new
 * beginning needs a new object with a sender id that this key has not seen.
 *
 * <p>All packet threads count by the one counter, so no number comes twice whoever takes it; each
 * has a cipher of its own.
 */
public final class OutboundSa {
    /** Returned by {@link #nextNumber()} when no number is left. */
    public static final long SPENT = 0;

    /** The sequence number has 32 bits and must not cycle (RFC 4303, section 3.3.3). */
    static final long MAX_SEQUENCE = 0xffff_ffffL;

    // all threads write the counter for each packet: nothing else that they read is near it, or
    // their processors would fetch that anew as often
    private static final int LAST = 16;
    private static final int COUNTER_AND_SPACE = 32;

    private final Spi spi;
    private final SenderId sender;
    private final AeadCipher[] ciphers; // by worker
    private final SequenceWatch watch;
    private final TimeRule timeRule;
    private final EspFormat format;
    private final long ivPrefix;
    private final long limit;
    private final long warning;

    private final AtomicLongArray counter = new AtomicLongArray(COUNTER_AND_SPACE);

    /**
     * @param sender null for a transform that needs none
     * @param ciphers one for each worker
     * @param timeRule null for none
     * @param mostPackets numbers to give out, {@link #MAX_SEQUENCE} at most
     */
    OutboundSa(
            Spi spi,
            SenderId sender,
            List<AeadCipher> ciphers,
            SequenceWatch watch,
            TimeRule timeRule,
            EspFormat format,
            long mostPackets) {
        this.timeRule = timeRule;
        this.format = format;
        this.spi = spi;
        this.sender = sender;
        this.ciphers = ciphers.toArray(AeadCipher[]::new);
        this.watch = watch;
        this.ivPrefix =
                sender == null
                        ? 0
                        : Integer.toUnsignedLong(sender.value()) << Long.SIZE - sender.bits();
        // the counter in the IV has at least as many bits, because a sender id has at most 32
        this.limit = Math.min(mostPackets, MAX_SEQUENCE);
        this.warning = limit - limit / 8;
    }

    /** Identity on the wire. */
    public Spi spi() {
        return spi;
    }

    /** This member's share of the IVs; null for a transform that needs none. */
    public SenderId sender() {
        return sender;
    }

    /**
     * Encrypts for one packet thread.
     *
     * @param worker 0 or above, below the database's number of workers
     */
    public AeadCipher cipher(int worker) {
        return ciphers[worker];
    }

    /** Which time packets carry, or null for none. */
    public TimeRule timeRule() {
        return timeRule;
    }

    /** Sizes of the packets. */
    public EspFormat format() {
        return format;
    }

    /**
     * Takes the next number, never the same twice, from any thread.
     *
     * @return 1 to 2^32-1: the sequence number and the counter in the IV; or {@link #SPENT}
     */
    public long nextNumber() {
        long number = counter.incrementAndGet(LAST);
        if (number >= warning) {
            return nearTheEnd(number);
        }
        return number;
    }

    private long nearTheEnd(long number) {
        if (number > limit) {
            counter.set(LAST, limit + 1); // stays beyond the limit, and never overflows
            if (number == limit + 1) {
                watch.spent(spi, sender);
            }
            return SPENT;
        }
        if (number == warning) {
            watch.nearlySpent(spi, sender);
        }
        return number;
    }

    /** The IV for a number: sender id in the leftmost bits, then the counter. */
    public long iv(long number) {
        return ivPrefix | number;
    }

    /** Packets sent so far. */
    public long packets() {
        return Math.min(counter.getOpaque(LAST), limit);
    }
}

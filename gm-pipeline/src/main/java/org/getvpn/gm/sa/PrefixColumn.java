// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.Arrays;
import org.getvpn.gdoi.policy.IpPrefix;

/**
 * The source or the destination prefixes of the lines of a {@link SelectorTable}, compiled. An IPv4
 * prefix is the low 32 bits of its low half; whoever asks compares versions. Filled once.
 */
final class PrefixColumn {
    private final long[] high;
    private final long[] low;
    private final long[] highMask;
    private final long[] lowMask;

    PrefixColumn(int lines) {
        high = new long[lines];
        low = new long[lines];
        highMask = new long[lines];
        lowMask = new long[lines];
    }

    void set(int line, IpPrefix prefix) {
        int length = prefix.length();
        byte[] address = prefix.address();
        if (prefix.ipVersion() == 4) {
            low[line] = read(address, 0, 4);
            lowMask[line] = length == 0 ? 0 : -1L << 32 - length & 0xffff_ffffL;
        } else {
            high[line] = read(address, 0, 8);
            low[line] = read(address, 8, 16);
            highMask[line] = mask(Math.min(length, 64));
            lowMask[line] = mask(Math.max(length - 64, 0));
        }
    }

    private static long read(byte[] octets, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value << 8 | octets[i] & 0xff;
        }
        return value;
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << 64 - bits;
    }

    long high(int line) {
        return high[line];
    }

    long low(int line) {
        return low[line];
    }

    long highMask(int line) {
        return highMask[line];
    }

    long lowMask(int line) {
        return lowMask[line];
    }

    /** Whether an address of the line's version lies in its prefix. */
    boolean contains(int line, long addressHigh, long addressLow) {
        return (addressLow & lowMask[line]) == low[line]
                && (addressHigh & highMask[line]) == high[line];
    }

    /** Whether all of a prefix of the same version lies in the line's. */
    boolean containsAll(int line, PrefixColumn other, int otherLine) {
        return (other.lowMask[otherLine] & lowMask[line]) == lowMask[line]
                && (other.highMask[otherLine] & highMask[line]) == highMask[line]
                && contains(line, other.high[otherLine], other.low[otherLine]);
    }

    boolean isEqualTo(PrefixColumn other) {
        return Arrays.equals(high, other.high)
                && Arrays.equals(low, other.low)
                && Arrays.equals(highMask, other.highMask)
                && Arrays.equals(lowMask, other.lowMask);
    }
}

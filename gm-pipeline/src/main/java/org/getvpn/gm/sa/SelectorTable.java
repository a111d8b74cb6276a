// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.TrafficSelector;

/**
 * An ordered list of IPv4 selectors, compiled; the first that matches decides. A short list is read
 * from its beginning, a long one has a {@link TupleIndex}, so that the time of a lookup hardly
 * depends on its length. Immutable. IPv6 selectors match nothing here: IPv6 packets do not come
 * this far.
 *
 * <p>A later fragment matches a line with ports only if its ports are known; where such a line
 * stands before the first match, the answer is {@link #NEEDS_PORTS}.
 */
public final class SelectorTable {
    /** No line matches. */
    public static final int NONE = -1;

    /** The packet's ports decide, and they are not known. */
    public static final int NEEDS_PORTS = -2;

    /** A lookup in a hash table takes the time of so many lines. */
    private static final int LINES_PER_TUPLE = 6;

    private final int[] source;
    private final int[] sourceMask;
    private final int[] destination;
    private final int[] destinationMask;
    private final int[] protocol;
    private final int[] sourcePort;
    private final int[] destinationPort;
    private final boolean[] matchesNothing;
    private final TupleIndex index; // null if the list is read from its beginning

    /** Compiles the list; line numbers count from 0. */
    public SelectorTable(List<TrafficSelector> selectors) {
        int lines = selectors.size();
        source = new int[lines];
        sourceMask = new int[lines];
        destination = new int[lines];
        destinationMask = new int[lines];
        protocol = new int[lines];
        sourcePort = new int[lines];
        destinationPort = new int[lines];
        matchesNothing = new boolean[lines];
        for (int i = 0; i < lines; i++) {
            TrafficSelector selector = selectors.get(i);
            if (selector.source().ipVersion() != 4) {
                matchesNothing[i] = true;
                continue;
            }
            source[i] = address(selector.source());
            sourceMask[i] = mask(selector.source());
            destination[i] = address(selector.destination());
            destinationMask[i] = mask(selector.destination());
            protocol[i] = selector.protocol();
            sourcePort[i] = selector.sourcePort();
            destinationPort[i] = selector.destinationPort();
        }
        TupleIndex whole = lines <= LINES_PER_TUPLE ? null : TupleIndex.of(lines());
        index = whole == null || whole.tuples() * LINES_PER_TUPLE >= lines ? null : whole;
    }

    private List<TupleIndex.Line> lines() {
        List<TupleIndex.Line> lines = new ArrayList<>();
        for (int i = 0; i < source.length; i++) {
            if (!matchesNothing[i]) {
                lines.add(
                        new TupleIndex.Line(
                                i,
                                source[i],
                                sourceMask[i],
                                destination[i],
                                destinationMask[i],
                                protocol[i],
                                sourcePort[i],
                                destinationPort[i]));
            }
        }
        return lines;
    }

    private static int address(IpPrefix prefix) {
        byte[] octets = prefix.address();
        return octets[0] << 24
                | (octets[1] & 0xff) << 16
                | (octets[2] & 0xff) << 8
                | octets[3] & 0xff;
    }

    private static int mask(IpPrefix prefix) {
        return prefix.length() == 0 ? 0 : -1 << 32 - prefix.length();
    }

    /** The first line that matches, {@link #NONE} or {@link #NEEDS_PORTS}. */
    public int firstMatch(PacketKey key) {
        return index == null ? firstInOrder(key) : firstByIndex(key);
    }

    private int firstByIndex(PacketKey key) {
        if (key.sourcePort() != PacketKey.UNKNOWN_PORT) {
            int line = index.firstMatch(key);
            return line == Integer.MAX_VALUE ? NONE : line;
        }
        int line = index.firstMatchWithoutPorts(key);
        if (line == Integer.MAX_VALUE) {
            return NONE;
        }
        return (sourcePort[line] | destinationPort[line]) == 0 ? line : NEEDS_PORTS;
    }

    private int firstInOrder(PacketKey key) {
        int from = key.source();
        int to = key.destination();
        for (int i = 0; i < source.length; i++) {
            if ((from & sourceMask[i]) != source[i]
                    || (to & destinationMask[i]) != destination[i]
                    || protocol[i] != 0 && protocol[i] != key.protocol()
                    || matchesNothing[i]) {
                continue;
            }
            int sourceVerdict = port(sourcePort[i], key.sourcePort());
            int destinationVerdict = port(destinationPort[i], key.destinationPort());
            if (sourceVerdict == NONE || destinationVerdict == NONE) {
                continue;
            }
            return sourceVerdict == NEEDS_PORTS || destinationVerdict == NEEDS_PORTS
                    ? NEEDS_PORTS
                    : i;
        }
        return NONE;
    }

    /** 0 for a match. */
    private static int port(int wanted, int actual) {
        if (wanted == 0 || wanted == actual) {
            return 0;
        }
        return actual == PacketKey.UNKNOWN_PORT ? NEEDS_PORTS : NONE;
    }

    /** Number of lines. */
    public int size() {
        return source.length;
    }

    /** Whether each line lies within one line of {@code other}. */
    boolean isWithin(SelectorTable other) {
        if (isEqualTo(other)) {
            return true; // as after most rekeys; comparing each line with each takes long
        }
        for (int i = 0; i < source.length; i++) {
            boolean covered = matchesNothing[i];
            for (int j = 0; j < other.source.length && !covered; j++) {
                covered =
                        !other.matchesNothing[j]
                                && narrower(sourceMask[i], other.sourceMask[j])
                                && (source[i] & other.sourceMask[j]) == other.source[j]
                                && narrower(destinationMask[i], other.destinationMask[j])
                                && (destination[i] & other.destinationMask[j])
                                        == other.destination[j]
                                && within(protocol[i], other.protocol[j])
                                && within(sourcePort[i], other.sourcePort[j])
                                && within(destinationPort[i], other.destinationPort[j]);
            }
            if (!covered) {
                return false;
            }
        }
        return true;
    }

    private boolean isEqualTo(SelectorTable other) {
        return Arrays.equals(source, other.source)
                && Arrays.equals(sourceMask, other.sourceMask)
                && Arrays.equals(destination, other.destination)
                && Arrays.equals(destinationMask, other.destinationMask)
                && Arrays.equals(protocol, other.protocol)
                && Arrays.equals(sourcePort, other.sourcePort)
                && Arrays.equals(destinationPort, other.destinationPort)
                && Arrays.equals(matchesNothing, other.matchesNothing);
    }

    private static boolean narrower(int mask, int otherMask) {
        return (mask & otherMask) == otherMask;
    }

    private static boolean within(int value, int other) {
        return other == 0 || value == other;
    }
}

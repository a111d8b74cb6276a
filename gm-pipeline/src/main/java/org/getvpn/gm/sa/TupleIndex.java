// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the first line of a long {@link SelectorTable} without looking at every line: tuple space
 * search (Srinivasan, Suri, Varghese: Packet Classification using Tuple Space Search, SIGCOMM
 * 1999). Lines that look at the same bits of a packet form a tuple, in which a hash table finds the
 * line; a policy of thousands of lines has a handful of tuples. Built once with the table: nothing
 * grows while packets pass. Immutable.
 */
final class TupleIndex {
    /** The bits that the lines of one tuple look at; 0 for a field they do not. */
    private record Bits(
            int source, int destination, int protocol, int sourcePort, int destinationPort) {
        private Bits withoutPorts() {
            return new Bits(source, destination, protocol, 0, 0);
        }
    }

    /** One line's values under the bits of its tuple. */
    record Line(
            int number,
            int source,
            int sourceMask,
            int destination,
            int destinationMask,
            int protocol,
            int sourcePort,
            int destinationPort) {
        private Bits bits() {
            return new Bits(
                    sourceMask,
                    destinationMask,
                    protocol == 0 ? 0 : 0xff,
                    sourcePort == 0 ? 0 : -1,
                    destinationPort == 0 ? 0 : -1);
        }

        private Line withoutPorts() {
            return new Line(
                    number, source, sourceMask, destination, destinationMask, protocol, 0, 0);
        }
    }

    /** A hash table from what the lines of a tuple want to the first of those that want it. */
    private static final class Tuple {
        private final Bits bits;
        private final int first;
        private final int mask;
        private final int[] line; // its number and one; 0 for an empty place
        private final long[] addresses;
        private final long[] rest;

        Tuple(Bits bits, List<Line> lines) {
            this.bits = bits;
            int size = Integer.highestOneBit(Math.max(2, lines.size())) * 4;
            mask = size - 1;
            line = new int[size];
            addresses = new long[size];
            rest = new long[size];
            first = lines.getFirst().number();
            lines.forEach(this::add);
        }

        private void add(Line added) {
            long between = addresses(added.source(), added.destination());
            long other = rest(added.protocol(), added.sourcePort(), added.destinationPort());
            int at = place(between, other);
            while (line[at] != 0) {
                if (addresses[at] == between && rest[at] == other) {
                    return; // an earlier line wants the same
                }
                at = at + 1 & mask;
            }
            line[at] = added.number() + 1;
            addresses[at] = between;
            rest[at] = other;
        }

        int find(PacketKey key) {
            long between =
                    addresses(key.source() & bits.source(), key.destination() & bits.destination());
            long other =
                    rest(
                            key.protocol() & bits.protocol(),
                            key.sourcePort() & bits.sourcePort(),
                            key.destinationPort() & bits.destinationPort());
            for (int at = place(between, other); line[at] != 0; at = at + 1 & mask) {
                if (addresses[at] == between && rest[at] == other) {
                    return line[at] - 1;
                }
            }
            return Integer.MAX_VALUE;
        }

        private int place(long between, long other) {
            long mixed = (between ^ other * 0x9e37_79b9_7f4a_7c15L) * 0xbf58_476d_1ce4_e5b9L;
            return (int) (mixed >>> 32) & mask;
        }

        private static long addresses(int source, int destination) {
            return (long) source << 32 | destination & 0xffff_ffffL;
        }

        /** Ports that are none (negative) stay different from every port: 20 bits each. */
        private static long rest(int protocol, int sourcePort, int destinationPort) {
            return (long) protocol << 40
                    | (long) (sourcePort & 0xf_ffff) << 20
                    | destinationPort & 0xf_ffff;
        }
    }

    private final Tuple[] tuples;
    private final Tuple[] tuplesWithoutPorts; // of a packet that shows no ports: where they decide

    private TupleIndex(Tuple[] tuples, Tuple[] tuplesWithoutPorts) {
        this.tuples = tuples;
        this.tuplesWithoutPorts = tuplesWithoutPorts;
    }

    /** An index over the lines, in their order. */
    static TupleIndex of(List<Line> lines) {
        Map<Bits, List<Line>> whole = new LinkedHashMap<>();
        Map<Bits, List<Line>> withoutPorts = new LinkedHashMap<>();
        for (Line line : lines) {
            Bits bits = line.bits();
            whole.computeIfAbsent(bits, none -> new ArrayList<>()).add(line);
            withoutPorts
                    .computeIfAbsent(bits.withoutPorts(), none -> new ArrayList<>())
                    .add(line.withoutPorts());
        }
        return new TupleIndex(tuples(whole), tuples(withoutPorts));
    }

    private static Tuple[] tuples(Map<Bits, List<Line>> grouped) {
        return grouped.entrySet().stream()
                .map(group -> new Tuple(group.getKey(), group.getValue()))
                .sorted(Comparator.comparingInt(tuple -> tuple.first))
                .toArray(Tuple[]::new);
    }

    /** How many hash tables a packet is looked up in at most. */
    int tuples() {
        return tuples.length;
    }

    /** The number of the first line that matches, or {@link Integer#MAX_VALUE}. */
    int firstMatch(PacketKey key) {
        return find(tuples, key);
    }

    /** The same with the ports of lines left out of account. */
    int firstMatchWithoutPorts(PacketKey key) {
        return find(tuplesWithoutPorts, key);
    }

    private static int find(Tuple[] tuples, PacketKey key) {
        int best = Integer.MAX_VALUE;
        for (Tuple tuple : tuples) {
            if (tuple.first > best) {
                break; // and so are all that follow
            }
            best = Math.min(best, tuple.find(key));
        }
        return best;
    }
}

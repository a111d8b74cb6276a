// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Finds the first line of a long {@link SelectorTable} without looking at every line: tuple space
 * search (Srinivasan, Suri, Varghese: Packet Classification using Tuple Space Search, SIGCOMM
 * 1999). Lines that look at the same bits of a packet form a tuple, in which a hash table finds the
 * line; a policy of thousands of lines has a handful of tuples. Built once with the table: nothing
 * grows while packets pass. Immutable.
 */
final class TupleIndex {
    /** The bits that the lines of one tuple look at; 0 for a field they do not. */
    record Bits(
            int version,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int protocol,
            int sourcePort,
            int destinationPort) {
        private Bits withoutPorts() {
            return addressesAnd(protocol);
        }

        private Bits addresses() {
            return addressesAnd(0);
        }

        private Bits addressesAnd(int some) {
            return new Bits(
                    version, sourceHigh, sourceLow, destinationHigh, destinationLow, some, 0, 0);
        }
    }

    /** One line's values under the bits of its tuple. */
    record Line(
            int number,
            Bits bits,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int protocol,
            int sourcePort,
            int destinationPort) {
        private Line under(Bits fewer) {
            return new Line(
                    number,
                    fewer,
                    sourceHigh,
                    sourceLow,
                    destinationHigh,
                    destinationLow,
                    protocol & fewer.protocol(),
                    sourcePort & fewer.sourcePort(),
                    destinationPort & fewer.destinationPort());
        }
    }

    /** A hash table from what the lines of a tuple want to the first of those that want it. */
    private static final class Tuple {
        private static final int WORDS = 5; // two addresses, and the rest

        private final Bits bits;
        private final int first;
        private final int mask;
        private final int[] line; // its number and one; 0 for an empty place
        private final long[] wanted;

        Tuple(Bits bits, List<Line> lines) {
            this.bits = bits;
            int size = Integer.highestOneBit(Math.max(2, lines.size())) * 4;
            mask = size - 1;
            line = new int[size];
            wanted = new long[size * WORDS];
            first = lines.getFirst().number();
            lines.forEach(this::add);
        }

        private void add(Line added) {
            int at =
                    place(
                            added.sourceHigh(),
                            added.sourceLow(),
                            added.destinationHigh(),
                            added.destinationLow(),
                            rest(added.protocol(), added.sourcePort(), added.destinationPort()));
            if (line[at] == 0) { // else an earlier line wants the same
                line[at] = added.number() + 1;
                int word = at * WORDS;
                wanted[word] = added.sourceHigh();
                wanted[word + 1] = added.sourceLow();
                wanted[word + 2] = added.destinationHigh();
                wanted[word + 3] = added.destinationLow();
                wanted[word + 4] =
                        rest(added.protocol(), added.sourcePort(), added.destinationPort());
            }
        }

        int find(PacketKey key) {
            int at =
                    place(
                            key.sourceHigh() & bits.sourceHigh(),
                            key.sourceLow() & bits.sourceLow(),
                            key.destinationHigh() & bits.destinationHigh(),
                            key.destinationLow() & bits.destinationLow(),
                            rest(
                                    key.protocol() & bits.protocol(),
                                    key.sourcePort() & bits.sourcePort(),
                                    key.destinationPort() & bits.destinationPort()));
            return line[at] == 0 ? Integer.MAX_VALUE : line[at] - 1;
        }

        /** Where such a line is, or would be. */
        private int place(
                long sourceHigh,
                long sourceLow,
                long destinationHigh,
                long destinationLow,
                long rest) {
            long mixed =
                    (sourceHigh * 0xc2b2_ae3d_27d4_eb4fL
                                    ^ destinationHigh * 0x1656_67b1_9e37_79f9L
                                    ^ (sourceLow << 32 | sourceLow >>> 32)
                                    ^ destinationLow
                                    ^ rest * 0x9e37_79b9_7f4a_7c15L)
                            * 0xbf58_476d_1ce4_e5b9L;
            int at = (int) (mixed >>> 32) & mask;
            while (line[at] != 0) {
                int word = at * WORDS;
                if (wanted[word + 1] == sourceLow
                        && wanted[word + 3] == destinationLow
                        && wanted[word + 4] == rest
                        && wanted[word] == sourceHigh
                        && wanted[word + 2] == destinationHigh) {
                    return at;
                }
                at = at + 1 & mask;
            }
            return at;
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
    private final Tuple[] tuplesOfAddresses; // of one that shows no protocol either

    private TupleIndex(List<Line> lines) {
        tuples = tuples(lines, bits -> bits);
        tuplesWithoutPorts = tuples(lines, Bits::withoutPorts);
        tuplesOfAddresses = tuples(lines, Bits::addresses);
    }

    /** An index over the lines, in their order. */
    static TupleIndex of(List<Line> lines) {
        return new TupleIndex(lines);
    }

    private static Tuple[] tuples(List<Line> lines, UnaryOperator<Bits> fewer) {
        Map<Bits, List<Line>> grouped = new LinkedHashMap<>();
        for (Line line : lines) {
            Bits bits = fewer.apply(line.bits());
            grouped.computeIfAbsent(bits, none -> new ArrayList<>()).add(line.under(bits));
        }
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

    /** The same with ports and protocols of lines left out of account. */
    int firstMatchByAddresses(PacketKey key) {
        return find(tuplesOfAddresses, key);
    }

    private static int find(Tuple[] tuples, PacketKey key) {
        int best = Integer.MAX_VALUE;
        for (Tuple tuple : tuples) {
            if (tuple.first > best) {
                break; // and so are all that follow
            }
            if (tuple.bits.version() == key.version()) {
                best = Math.min(best, tuple.find(key));
            }
        }
        return best;
    }
}

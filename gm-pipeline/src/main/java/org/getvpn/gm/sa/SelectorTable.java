// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.policy.TrafficSelector;

/**
 * An ordered list of selectors of IPv4 and IPv6, compiled; the first that matches decides. A line
 * of one version matches no packet of the other. A short list is read from its beginning, a long
 * one has a {@link TupleIndex}, so that the time of a lookup hardly depends on its length.
 * Immutable.
 *
 * <p>A later fragment matches a line with ports only if its ports are known, and a line with a
 * protocol only if its protocol is; where such a line stands before the first match, the answer is
 * {@link #NEEDS_PORTS}.
 */
public final class SelectorTable {
    /** No line matches. */
    public static final int NONE = -1;

    /** The packet's ports decide, or its protocol, and they are not known. */
    public static final int NEEDS_PORTS = -2;

    /** A lookup in a hash table takes the time of so many lines. */
    private static final int LINES_PER_TUPLE = 6;

    private final int[] version;
    private final PrefixColumn source;
    private final PrefixColumn destination;
    private final int[] protocol;
    private final int[] sourcePort;
    private final int[] destinationPort;
    private final TupleIndex index; // null if the list is read from its beginning

    /** Compiles the list; line numbers count from 0. */
    public SelectorTable(List<TrafficSelector> selectors) {
        int lines = selectors.size();
        version = new int[lines];
        source = new PrefixColumn(lines);
        destination = new PrefixColumn(lines);
        protocol = new int[lines];
        sourcePort = new int[lines];
        destinationPort = new int[lines];
        for (int i = 0; i < lines; i++) {
            TrafficSelector selector = selectors.get(i);
            version[i] = selector.source().ipVersion();
            source.set(i, selector.source());
            destination.set(i, selector.destination());
            protocol[i] = selector.protocol();
            sourcePort[i] = selector.sourcePort();
            destinationPort[i] = selector.destinationPort();
        }
        TupleIndex whole = lines <= LINES_PER_TUPLE ? null : TupleIndex.of(lines());
        index = whole == null || whole.tuples() * LINES_PER_TUPLE >= lines ? null : whole;
    }

    private List<TupleIndex.Line> lines() {
        List<TupleIndex.Line> lines = new ArrayList<>();
        for (int i = 0; i < version.length; i++) {
            lines.add(
                    new TupleIndex.Line(
                            i,
                            new TupleIndex.Bits(
                                    version[i],
                                    source.highMask(i),
                                    source.lowMask(i),
                                    destination.highMask(i),
                                    destination.lowMask(i),
                                    protocol[i] == 0 ? 0 : -1,
                                    sourcePort[i] == 0 ? 0 : -1,
                                    destinationPort[i] == 0 ? 0 : -1),
                            source.high(i),
                            source.low(i),
                            destination.high(i),
                            destination.low(i),
                            protocol[i],
                            sourcePort[i],
                            destinationPort[i]));
        }
        return lines;
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
        if (key.protocol() == PacketKey.UNKNOWN_PROTOCOL) {
            int line = index.firstMatchByAddresses(key);
            if (line == Integer.MAX_VALUE) {
                return NONE;
            }
            return (protocol[line] | sourcePort[line] | destinationPort[line]) == 0
                    ? line
                    : NEEDS_PORTS;
        }
        int line = index.firstMatchWithoutPorts(key);
        if (line == Integer.MAX_VALUE) {
            return NONE;
        }
        return (sourcePort[line] | destinationPort[line]) == 0 ? line : NEEDS_PORTS;
    }

    private int firstInOrder(PacketKey key) {
        for (int i = 0; i < version.length; i++) {
            if (!source.contains(i, key.sourceHigh(), key.sourceLow())
                    || !destination.contains(i, key.destinationHigh(), key.destinationLow())
                    || version[i] != key.version()) {
                continue;
            }
            int protocolVerdict = verdict(protocol[i], key.protocol(), PacketKey.UNKNOWN_PROTOCOL);
            int sourceVerdict = verdict(sourcePort[i], key.sourcePort(), PacketKey.UNKNOWN_PORT);
            int destinationVerdict =
                    verdict(destinationPort[i], key.destinationPort(), PacketKey.UNKNOWN_PORT);
            if (protocolVerdict == NONE || sourceVerdict == NONE || destinationVerdict == NONE) {
                continue;
            }
            return (protocolVerdict | sourceVerdict | destinationVerdict) == 0 ? i : NEEDS_PORTS;
        }
        return NONE;
    }

    /** 0 for a match. */
    private static int verdict(int wanted, int actual, int unknown) {
        if (wanted == 0 || wanted == actual) {
            return 0;
        }
        return actual == unknown ? NEEDS_PORTS : NONE;
    }

    /** Number of lines. */
    public int size() {
        return version.length;
    }

    /** Whether each line lies within one line of {@code other}. */
    boolean isWithin(SelectorTable other) {
        if (isEqualTo(other)) {
            return true; // as after most rekeys; comparing each line with each takes long
        }
        for (int i = 0; i < version.length; i++) {
            boolean covered = false;
            for (int j = 0; j < other.version.length && !covered; j++) {
                covered =
                        version[i] == other.version[j]
                                && other.source.containsAll(j, source, i)
                                && other.destination.containsAll(j, destination, i)
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
        return Arrays.equals(version, other.version)
                && source.isEqualTo(other.source)
                && destination.isEqualTo(other.destination)
                && Arrays.equals(protocol, other.protocol)
                && Arrays.equals(sourcePort, other.sourcePort)
                && Arrays.equals(destinationPort, other.destinationPort);
    }

    private static boolean within(int value, int other) {
        return other == 0 || value == other;
    }
}

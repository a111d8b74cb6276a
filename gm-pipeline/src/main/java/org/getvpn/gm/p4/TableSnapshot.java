// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** All tables at one instant, for the packet thread. Immutable but for counters and meters. */
public final class TableSnapshot {
    /** The colour of a packet within its meter's committed rate (RFC 2698). */
    public static final int GREEN = 0;

    /** The colour of a packet within its meter's peak rate alone. */
    public static final int YELLOW = 1;

    /** The colour of a packet that exceeds its meter's peak rate. */
    public static final int RED = 2;

    private static final int[] NO_PORTS = new int[0];

    private final MatchTable[] tables;
    private final EntryCounter[] defaults;
    private final int[] groups; // ascending
    private final int[][] ports; // of the group at the same position
    private final ThreeColourMarker[][] markers; // by meter and cell; null where all is green

    private TableSnapshot(
            MatchTable[] tables,
            EntryCounter[] defaults,
            int[] groups,
            int[][] ports,
            ThreeColourMarker[][] markers) {
        this.tables = tables;
        this.defaults = defaults;
        this.groups = groups;
        this.ports = ports;
        this.markers = markers;
    }

    /** No entry in any table, no rates in any meter. */
    static TableSnapshot empty(EntryCounter[] defaults, List<MeterShape> meters) {
        MatchTable[] tables = new MatchTable[defaults.length];
        Arrays.fill(tables, MatchTable.EMPTY);
        ThreeColourMarker[][] markers =
                meters.stream()
                        .map(meter -> new ThreeColourMarker[meter.size()])
                        .toArray(ThreeColourMarker[][]::new);
        return new TableSnapshot(tables, defaults, NO_PORTS, new int[0][], markers);
    }

    TableSnapshot with(int index, MatchTable table) {
        MatchTable[] changed = tables.clone();
        changed[index] = table;
        return new TableSnapshot(changed, defaults, groups, ports, markers);
    }

    TableSnapshot with(Map<Integer, MulticastGroup> changed) {
        int[] ids = changed.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
        int[][] replicas = new int[ids.length][];
        for (int i = 0; i < ids.length; i++) {
            replicas[i] = changed.get(ids[i]).ports();
        }
        return new TableSnapshot(tables, defaults, ids, replicas, markers);
    }

    TableSnapshot with(int meter, ThreeColourMarker[] cells) {
        ThreeColourMarker[][] changed = markers.clone();
        changed[meter] = cells;
        return new TableSnapshot(tables, defaults, groups, ports, changed);
    }

    ThreeColourMarker[] markers(int meter) {
        return markers[meter];
    }

    /**
     * Meters a packet; the packet thread alone.
     *
     * @param meter position of the meter in p4info
     * @param index of the cell, 0 to the meter's size less one
     * @param now monotonic nanoseconds
     * @return {@link #GREEN}, {@link #YELLOW} or {@link #RED}
     */
    public int colour(int meter, int index, long now) {
        ThreeColourMarker marker = markers[meter][index];
        return marker == null ? GREEN : marker.colour(now);
    }

    /**
     * Looks up and counts, in a table whose key has 128 bits at most.
     *
     * @param table position of the table in p4info
     * @param high first 64 bits of the packet's key
     * @param low last 64 bits of it
     * @param octets length of the frame as received
     * @return null for the default action
     */
    public Entry apply(int table, long high, long low, int octets) {
        return counted(table, tables[table].lookup(high, low), octets);
    }

    /**
     * Looks up and counts, in any table.
     *
     * @param table position of the table in p4info
     * @param octets length of the frame as received
     * @return null for the default action
     */
    public Entry apply(int table, WideKey key, int octets) {
        return counted(table, tables[table].lookup(key), octets);
    }

    private Entry counted(int table, Entry entry, int octets) {
        (entry == null ? defaults[table] : entry.counter()).count(octets);
        return entry;
    }

    /** Ports of a multicast group; none if there is no such group. */
    public int[] ports(int group) {
        int position = Arrays.binarySearch(groups, group);
        return position < 0 ? NO_PORTS : ports[position];
    }
}

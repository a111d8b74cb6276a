// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import java.util.Arrays;
import java.util.Map;

/** All tables at one instant, for the packet thread. Immutable but for counters. */
public final class TableSnapshot {
    private static final int[] NO_PORTS = new int[0];

    private final MatchTable[] tables;
    private final EntryCounter[] defaults;
    private final int[] groups; // ascending
    private final int[][] ports; // of the group at the same position

    private TableSnapshot(
            MatchTable[] tables, EntryCounter[] defaults, int[] groups, int[][] ports) {
        this.tables = tables;
        this.defaults = defaults;
        this.groups = groups;
        this.ports = ports;
    }

    /** No entry in any table. */
    static TableSnapshot empty(EntryCounter[] defaults) {
        MatchTable[] tables = new MatchTable[defaults.length];
        Arrays.fill(tables, MatchTable.EMPTY);
        return new TableSnapshot(tables, defaults, NO_PORTS, new int[0][]);
    }

    TableSnapshot with(int index, MatchTable table) {
        MatchTable[] changed = tables.clone();
        changed[index] = table;
        return new TableSnapshot(changed, defaults, groups, ports);
    }

    TableSnapshot with(Map<Integer, MulticastGroup> changed) {
        int[] ids = changed.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
        int[][] replicas = new int[ids.length][];
        for (int i = 0; i < ids.length; i++) {
            replicas[i] = changed.get(ids[i]).ports();
        }
        return new TableSnapshot(tables, defaults, ids, replicas);
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

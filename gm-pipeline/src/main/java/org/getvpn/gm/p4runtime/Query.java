// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.gm.p4.Entry;
import org.getvpn.gm.p4.MatchKey;
import org.getvpn.gm.p4.MeterShape;
import org.getvpn.gm.p4.MulticastGroup;
import org.getvpn.gm.p4.Refusal;
import org.getvpn.gm.p4.RefusedUpdate;
import org.getvpn.gm.p4.SwitchTables;
import org.getvpn.gm.p4.TableShape;
import p4.v1.P4RuntimeOuterClass.DirectCounterEntry;
import p4.v1.P4RuntimeOuterClass.Entity;
import p4.v1.P4RuntimeOuterClass.MeterEntry;
import p4.v1.P4RuntimeOuterClass.MulticastGroupEntry;
import p4.v1.P4RuntimeOuterClass.PacketReplicationEngineEntry;
import p4.v1.P4RuntimeOuterClass.Replica;
import p4.v1.P4RuntimeOuterClass.TableEntry;

/** What one Read asks for, found in the tables (P4Runtime 1.4, section 13). */
final class Query {
    private final SwitchTables tables;
    private final List<Entity> found = new ArrayList<>();

    private Query(SwitchTables tables) {
        this.tables = tables;
    }

    /**
     * Adds what one request asks for.
     *
     * @throws RefusedUpdate INVALID_ARGUMENT, or NOT_FOUND for one entity that is not there
     */
    static List<Entity> find(SwitchTables tables, Entity asked) throws RefusedUpdate {
        Query query = new Query(tables);
        switch (asked.getEntityCase()) {
            case TABLE_ENTRY -> query.tableEntries(asked.getTableEntry());
            case DIRECT_COUNTER_ENTRY ->
                    query.counters(asked.getDirectCounterEntry().getTableEntry());
            case METER_ENTRY -> query.meters(asked.getMeterEntry());
            case PACKET_REPLICATION_ENGINE_ENTRY ->
                    query.groups(asked.getPacketReplicationEngineEntry());
            case ENTITY_NOT_SET ->
                    throw new RefusedUpdate(
                            Refusal.INVALID_ARGUMENT, "entity: must be given, if empty");
            default -> {} // the program has none of the others
        }
        return query.found;
    }

    private List<TableShape> shapes(int tableId) throws RefusedUpdate {
        return tableId == 0 ? tables.shapes() : List.of(tables.shape(tableId));
    }

    private void tableEntries(TableEntry asked) throws RefusedUpdate {
        boolean withCounter = asked.hasCounterData();
        for (TableShape table : shapes(asked.getTableId())) {
            if (asked.getIsDefaultAction()) {
                add(EntryCodec.defaultMessage(table, tables.defaultCounter(table), withCounter));
                continue;
            }
            for (Entry entry : selected(table, asked)) {
                add(EntryCodec.message(table, entry, withCounter));
            }
        }
    }

    private void add(TableEntry entry) {
        found.add(Entity.newBuilder().setTableEntry(entry).build());
    }

    private List<Entry> selected(TableShape table, TableEntry asked) throws RefusedUpdate {
        if (asked.getMatchCount() > 0) {
            MatchKey key = EntryCodec.key(table, asked);
            Optional<Entry> entry = tables.entry(table, key);
            return entry.map(List::of).orElse(List.of());
        }
        long noted = EntryCodec.controllerMetadata(asked);
        return tables.entries(table).stream()
                .filter(
                        entry ->
                                asked.getPriority() == 0
                                        || asked.getPriority() == entry.key().priority())
                .filter(entry -> noted == 0 || noted == entry.note().controllerMetadata())
                .toList();
    }

    private void counters(TableEntry asked) throws RefusedUpdate {
        for (TableShape table : shapes(asked.getTableId())) {
            if (asked.getIsDefaultAction()) {
                addCounter(EntryCodec.defaultMessage(table, tables.defaultCounter(table), true));
                continue;
            }
            List<Entry> entries = selected(table, asked);
            if (entries.isEmpty() && asked.getMatchCount() > 0) {
                throw new RefusedUpdate(
                        Refusal.NOT_FOUND, table.name() + ": no entry with this match");
            }
            for (Entry entry : entries) {
                addCounter(EntryCodec.message(table, entry, true));
            }
        }
    }

    private void addCounter(TableEntry entry) {
        found.add(
                Entity.newBuilder()
                        .setDirectCounterEntry(
                                DirectCounterEntry.newBuilder()
                                        .setTableEntry(EntryCodec.keyAlone(entry))
                                        .setData(entry.getCounterData()))
                        .build());
    }

    private void meters(MeterEntry asked) throws RefusedUpdate {
        List<MeterShape> shapes =
                asked.getMeterId() == 0
                        ? tables.meters().shapes()
                        : List.of(tables.meters().shape(asked.getMeterId()));
        for (MeterShape meter : shapes) {
            Optional<Integer> index = MeterCodec.index(meter, asked);
            for (int i = index.orElse(0); i <= index.orElse(meter.size() - 1); i++) {
                found.add(
                        Entity.newBuilder()
                                .setMeterEntry(
                                        MeterCodec.message(
                                                meter, i, tables.meters().rates(meter, i)))
                                .build());
            }
        }
    }

    private void groups(PacketReplicationEngineEntry asked) throws RefusedUpdate {
        if (!asked.hasMulticastGroupEntry()) {
            return; // there are no clone sessions
        }
        int id = asked.getMulticastGroupEntry().getMulticastGroupId();
        if (id == 0) {
            tables.groups().forEach(this::add);
            return;
        }
        add(
                tables.group(id)
                        .orElseThrow(
                                () ->
                                        new RefusedUpdate(
                                                Refusal.NOT_FOUND,
                                                "multicast_group_id "
                                                        + Integer.toUnsignedString(id)
                                                        + ": no such group")));
    }

    private void add(MulticastGroup group) {
        MulticastGroupEntry.Builder entry =
                MulticastGroupEntry.newBuilder().setMulticastGroupId(group.id());
        for (MulticastGroup.Replica replica : group.replicas()) {
            entry.addReplicas(
                    Replica.newBuilder()
                            .setEgressPort(replica.port())
                            .setInstance(replica.instance()));
        }
        found.add(
                Entity.newBuilder()
                        .setPacketReplicationEngineEntry(
                                PacketReplicationEngineEntry.newBuilder()
                                        .setMulticastGroupEntry(entry))
                        .build());
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.gm.p4.ActionShape;
import org.getvpn.gm.p4.Entry;
import org.getvpn.gm.p4.EntryCounter;
import org.getvpn.gm.p4.MatchKey;
import org.getvpn.gm.p4.MeterRates;
import org.getvpn.gm.p4.MeterShape;
import org.getvpn.gm.p4.MulticastGroup;
import org.getvpn.gm.p4.Note;
import org.getvpn.gm.p4.Refusal;
import org.getvpn.gm.p4.RefusedUpdate;
import org.getvpn.gm.p4.SwitchTables;
import org.getvpn.gm.p4.TableShape;
import p4.v1.P4RuntimeOuterClass.CounterData;
import p4.v1.P4RuntimeOuterClass.DirectCounterEntry;
import p4.v1.P4RuntimeOuterClass.Entity;
import p4.v1.P4RuntimeOuterClass.MeterEntry;
import p4.v1.P4RuntimeOuterClass.MulticastGroupEntry;
import p4.v1.P4RuntimeOuterClass.Replica;
import p4.v1.P4RuntimeOuterClass.TableEntry;
import p4.v1.P4RuntimeOuterClass.Update;

/** The updates of one Write, done to the tables in their order (P4Runtime 1.4, section 12). */
final class Updates {
    private static final int GREATEST_GROUP = 65_535;
    private static final int GREATEST_INSTANCE = 65_535;
    private static final int GREATEST_PORT = 509; // 510 is the controller, 511 drops

    private final SwitchTables tables;
    private final List<Runnable> counterChanges = new ArrayList<>();

    private Updates(SwitchTables tables) {
        this.tables = tables;
    }

    /**
     * Does a batch and publishes it.
     *
     * @param atomic nothing is done unless everything can be
     * @return one for each update: null where it was done
     */
    static List<RefusedUpdate> apply(SwitchTables tables, List<Update> batch, boolean atomic) {
        Updates updates = new Updates(tables);
        SwitchTables.Savepoint savepoint = atomic ? tables.savepoint() : null;
        List<RefusedUpdate> refusals = new ArrayList<>();
        boolean failed = false;
        for (Update update : batch) {
            RefusedUpdate refusal = updates.refusal(update);
            refusals.add(refusal);
            failed |= refusal != null;
        }
        if (atomic && failed) {
            tables.rollBack(savepoint);
            RefusedUpdate undone =
                    new RefusedUpdate(Refusal.ABORTED, "undone: another of the batch failed");
            refusals.replaceAll(refusal -> refusal == null ? undone : refusal);
            return refusals;
        }
        updates.counterChanges.forEach(Runnable::run);
        tables.publish();
        return refusals;
    }

    private RefusedUpdate refusal(Update update) {
        try {
            apply(update);
            return null;
        } catch (RefusedUpdate e) {
            return e;
        }
    }

    private void apply(Update update) throws RefusedUpdate {
        Entity entity = update.getEntity();
        switch (update.getType()) {
            case INSERT, MODIFY, DELETE -> {}
            default -> throw invalid("type: must be INSERT, MODIFY or DELETE");
        }
        switch (entity.getEntityCase()) {
            case TABLE_ENTRY -> tableEntry(update.getType(), entity.getTableEntry());
            case DIRECT_COUNTER_ENTRY ->
                    directCounter(update.getType(), entity.getDirectCounterEntry());
            case METER_ENTRY -> meter(update.getType(), entity.getMeterEntry());
            case PACKET_REPLICATION_ENGINE_ENTRY -> {
                if (!entity.getPacketReplicationEngineEntry().hasMulticastGroupEntry()) {
                    throw new RefusedUpdate(
                            Refusal.UNIMPLEMENTED,
                            "packet_replication_engine_entry: this switch has multicast groups"
                                    + " alone");
                }
                multicastGroup(
                        update.getType(),
                        entity.getPacketReplicationEngineEntry().getMulticastGroupEntry());
            }
            case ENTITY_NOT_SET -> throw invalid("entity: must be given");
            default ->
                    throw new RefusedUpdate(
                            Refusal.UNIMPLEMENTED,
                            entity.getEntityCase() + ": the program has none of these");
        }
    }

    private void tableEntry(Update.Type type, TableEntry entry) throws RefusedUpdate {
        TableShape table = tables.shape(entry.getTableId());
        if (entry.getIsDefaultAction()) {
            refuseDefault(type, table, entry);
        }
        MatchKey key = EntryCodec.key(table, entry);
        if (type == Update.Type.DELETE) {
            tables.delete(table, key);
            return;
        }
        Note note = EntryCodec.note(table, entry);
        EntryCounter counter;
        if (type == Update.Type.MODIFY && !entry.hasAction()) {
            Entry present = tables.present(table, key);
            List<Long> parameters = new ArrayList<>();
            for (int i = 0; i < present.parameterCount(); i++) {
                parameters.add(present.parameter(i));
            }
            counter = tables.modify(table, key, present.action(), parameters, note);
        } else {
            ActionShape action = EntryCodec.action(table, entry);
            List<Long> parameters = EntryCodec.parameters(action, entry);
            counter =
                    type == Update.Type.INSERT
                            ? tables.insert(table, key, action.id(), parameters, note)
                            : tables.modify(table, key, action.id(), parameters, note);
        }
        if (entry.hasCounterData()) {
            set(counter, entry.getCounterData());
        }
    }

    private static void refuseDefault(Update.Type type, TableShape table, TableEntry entry)
            throws RefusedUpdate {
        if (type != Update.Type.MODIFY || entry.getMatchCount() > 0 || entry.getPriority() != 0) {
            throw invalid(
                    table.name()
                            + ": is_default_action: can be modified alone, without match and"
                            + " priority");
        }
        throw new RefusedUpdate(
                Refusal.PERMISSION_DENIED, table.name() + ": the default action is constant");
    }

    private void set(EntryCounter counter, CounterData data) {
        counterChanges.add(() -> counter.set(data.getPacketCount(), data.getByteCount()));
    }

    private void directCounter(Update.Type type, DirectCounterEntry entry) throws RefusedUpdate {
        if (type != Update.Type.MODIFY) {
            throw invalid("direct_counter_entry: can be modified alone");
        }
        TableEntry of = entry.getTableEntry();
        TableShape table = tables.shape(of.getTableId());
        EntryCounter counter =
                of.getIsDefaultAction()
                        ? tables.defaultCounter(table)
                        : tables.present(table, EntryCodec.key(table, of)).counter();
        if (entry.hasData()) {
            set(counter, entry.getData());
        }
    }

    private void meter(Update.Type type, MeterEntry entry) throws RefusedUpdate {
        if (type != Update.Type.MODIFY) {
            throw invalid("meter_entry: can be modified alone; leave config out to reset it");
        }
        MeterShape meter = tables.meters().shape(entry.getMeterId());
        Optional<Integer> index = MeterCodec.index(meter, entry);
        Optional<MeterRates> rates = MeterCodec.rates(meter, entry);
        int first = index.orElse(0);
        int last = index.orElse(meter.size() - 1);
        for (int i = first; i <= last; i++) {
            tables.meters().set(meter, i, rates);
        }
    }

    private void multicastGroup(Update.Type type, MulticastGroupEntry entry) throws RefusedUpdate {
        long id = Integer.toUnsignedLong(entry.getMulticastGroupId());
        if (id < 1 || id > GREATEST_GROUP) {
            throw invalid("multicast_group_id " + id + ": must be 1 to " + GREATEST_GROUP);
        }
        if (type == Update.Type.DELETE) {
            tables.deleteGroup((int) id);
            return;
        }
        if (entry.getReplicasCount() > MulticastGroup.MOST) {
            throw new RefusedUpdate(
                    Refusal.RESOURCE_EXHAUSTED,
                    "replicas: at most " + MulticastGroup.MOST + " in a group");
        }
        List<MulticastGroup.Replica> replicas = new ArrayList<>();
        for (Replica replica : entry.getReplicasList()) {
            replicas.add(replica(replica));
        }
        MulticastGroup group = new MulticastGroup((int) id, replicas);
        if (type == Update.Type.INSERT) {
            tables.insert(group);
        } else {
            tables.modify(group);
        }
    }

    private static MulticastGroup.Replica replica(Replica replica) throws RefusedUpdate {
        long port = Integer.toUnsignedLong(replica.getEgressPort());
        long instance = Integer.toUnsignedLong(replica.getInstance());
        if (port < 1 || port > GREATEST_PORT) {
            throw invalid("egress_port " + port + ": must be 1 to " + GREATEST_PORT);
        }
        if (instance > GREATEST_INSTANCE) {
            throw invalid("instance " + instance + ": must be 0 to " + GREATEST_INSTANCE);
        }
        return new MulticastGroup.Replica((int) port, (int) instance);
    }

    private static RefusedUpdate invalid(String message) {
        return new RefusedUpdate(Refusal.INVALID_ARGUMENT, message);
    }
}

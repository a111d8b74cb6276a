// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What controllers wrote. Changes are seen by the packet thread when they are published, all
 * together. One thread at a time writes; {@link #snapshot} is for any.
 */
public final class SwitchTables {
    private final List<TableShape> shapes;
    private final Map<Integer, Integer> positions = new HashMap<>();
    private final Map<Integer, Map<MatchKey, Entry>> entries = new HashMap<>();
    private final EntryCounter[] defaults;
    private final Set<Integer> changed = new HashSet<>();
    private Map<Integer, MulticastGroup> groups = new LinkedHashMap<>();
    private boolean groupsChanged;
    private final SwitchMeters meters;
    private volatile TableSnapshot snapshot;

    /** Empty tables: every packet meets the default actions, and every meter finds it green. */
    public SwitchTables(List<TableShape> shapes, List<MeterShape> meters) {
        this.shapes = List.copyOf(shapes);
        this.meters = new SwitchMeters(meters);
        this.defaults = new EntryCounter[shapes.size()];
        for (int i = 0; i < shapes.size(); i++) {
            positions.put(shapes.get(i).id(), i);
        }
        clear();
    }

    /** The tables there are. */
    public List<TableShape> shapes() {
        return shapes;
    }

    /** The meters; what is set there is seen when it is published. */
    public SwitchMeters meters() {
        return meters;
    }

    /**
     * A table's shape.
     *
     * @throws RefusedUpdate INVALID_ARGUMENT for an id that p4info does not have
     */
    public TableShape shape(int tableId) throws RefusedUpdate {
        Integer position = positions.get(tableId);
        if (position == null) {
            throw new RefusedUpdate(
                    Refusal.INVALID_ARGUMENT,
                    String.format("table_id 0x%08x: p4info has no such table", tableId));
        }
        return shapes.get(position);
    }

    /** The tables as last published. */
    public TableSnapshot snapshot() {
        return snapshot;
    }

    /** Removes everything, counts too, and publishes. */
    public void clear() {
        for (int i = 0; i < defaults.length; i++) {
            defaults[i] = new EntryCounter();
            entries.put(shapes.get(i).id(), new LinkedHashMap<>());
        }
        groups = new LinkedHashMap<>();
        changed.clear();
        groupsChanged = false;
        meters.clear();
        snapshot = TableSnapshot.empty(defaults.clone(), meters.shapes());
    }

    /** The counter of a table's default action. */
    public EntryCounter defaultCounter(TableShape table) {
        return defaults[positions.get(table.id())];
    }

    /** Entries of a table in the order of their insertion. */
    public Collection<Entry> entries(TableShape table) {
        return entries.get(table.id()).values();
    }

    /** An entry of a table. */
    public Optional<Entry> entry(TableShape table, MatchKey key) {
        return Optional.ofNullable(entries.get(table.id()).get(key));
    }

    /**
     * Adds an entry.
     *
     * @param parameters as many as the action has
     * @return its counter, at zero
     * @throws RefusedUpdate ALREADY_EXISTS or RESOURCE_EXHAUSTED
     */
    public EntryCounter insert(
            TableShape table, MatchKey key, int action, List<Long> parameters, Note note)
            throws RefusedUpdate {
        Map<MatchKey, Entry> all = entries.get(table.id());
        if (all.containsKey(key)) {
            throw new RefusedUpdate(
                    Refusal.ALREADY_EXISTS,
                    table.name() + ": an entry with this match and priority exists; modify it");
        }
        if (all.size() >= table.size()) {
            throw new RefusedUpdate(
                    Refusal.RESOURCE_EXHAUSTED,
                    table.name() + ": full with " + all.size() + " entries; delete some");
        }
        EntryCounter counter = new EntryCounter();
        put(table, new Entry(table, key, action, parameters, counter, note));
        return counter;
    }

    /**
     * Gives an entry another action; its counter goes on.
     *
     * @throws RefusedUpdate NOT_FOUND
     */
    public EntryCounter modify(
            TableShape table, MatchKey key, int action, List<Long> parameters, Note note)
            throws RefusedUpdate {
        EntryCounter counter = present(table, key).counter();
        put(table, new Entry(table, key, action, parameters, counter, note));
        return counter;
    }

    /**
     * Removes an entry.
     *
     * @throws RefusedUpdate NOT_FOUND
     */
    public void delete(TableShape table, MatchKey key) throws RefusedUpdate {
        present(table, key);
        entries.get(table.id()).remove(key);
        changed.add(table.id());
    }

    /**
     * An entry that must be there.
     *
     * @throws RefusedUpdate NOT_FOUND
     */
    public Entry present(TableShape table, MatchKey key) throws RefusedUpdate {
        return entry(table, key)
                .orElseThrow(
                        () ->
                                new RefusedUpdate(
                                        Refusal.NOT_FOUND,
                                        table.name()
                                                + ": no entry with this match and priority; read"
                                                + " the table"));
    }

    private void put(TableShape table, Entry entry) {
        entries.get(table.id()).put(entry.key(), entry);
        changed.add(table.id());
    }

    /** The multicast groups. */
    public Collection<MulticastGroup> groups() {
        return groups.values();
    }

    /** A multicast group. */
    public Optional<MulticastGroup> group(int id) {
        return Optional.ofNullable(groups.get(id));
    }

    /**
     * Adds a multicast group.
     *
     * @throws RefusedUpdate ALREADY_EXISTS, RESOURCE_EXHAUSTED, INVALID_ARGUMENT
     */
    public void insert(MulticastGroup group) throws RefusedUpdate {
        if (groups.containsKey(group.id())) {
            throw new RefusedUpdate(
                    Refusal.ALREADY_EXISTS,
                    "multicast_group_id " + group.id() + ": exists; modify it");
        }
        if (groups.size() >= MulticastGroup.MOST) {
            throw new RefusedUpdate(
                    Refusal.RESOURCE_EXHAUSTED,
                    "there are " + groups.size() + " multicast groups; delete some");
        }
        put(group);
    }

    /**
     * Gives a multicast group other ports.
     *
     * @throws RefusedUpdate NOT_FOUND, INVALID_ARGUMENT
     */
    public void modify(MulticastGroup group) throws RefusedUpdate {
        presentGroup(group.id());
        put(group);
    }

    /**
     * Removes a multicast group.
     *
     * @throws RefusedUpdate NOT_FOUND
     */
    public void deleteGroup(int id) throws RefusedUpdate {
        presentGroup(id);
        groups.remove(id);
        groupsChanged = true;
    }

    private void presentGroup(int id) throws RefusedUpdate {
        if (!groups.containsKey(id)) {
            throw new RefusedUpdate(
                    Refusal.NOT_FOUND, "multicast_group_id " + id + ": no such group");
        }
    }

    private void put(MulticastGroup group) throws RefusedUpdate {
        if (group.hasDuplicates()) {
            throw new RefusedUpdate(
                    Refusal.INVALID_ARGUMENT,
                    "multicast_group_id " + group.id() + ": a replica stands there twice");
        }
        groups.put(group.id(), group);
        groupsChanged = true;
    }

    /** Shows the packet thread what was changed since the last time, all at once. */
    public void publish() {
        TableSnapshot next = snapshot;
        for (int id : changed) {
            next = next.with(positions.get(id), MatchTable.of(entries.get(id).values()));
        }
        if (groupsChanged) {
            next = next.with(groups);
        }
        changed.clear();
        groupsChanged = false;
        snapshot = meters.publish(next);
    }

    /** What was written so far, published or not, to return to. */
    public Savepoint savepoint() {
        Map<Integer, Map<MatchKey, Entry>> copy = new HashMap<>();
        entries.forEach((id, table) -> copy.put(id, new LinkedHashMap<>(table)));
        return new Savepoint(copy, new LinkedHashMap<>(groups), meters.copy());
    }

    /** Undoes everything since a savepoint, before it was published. */
    public void rollBack(Savepoint savepoint) {
        entries.putAll(savepoint.entries);
        groups = savepoint.groups;
        meters.rollBack(savepoint.meters);
        changed.clear();
        groupsChanged = false;
    }

    /** A state of the tables. */
    public static final class Savepoint {
        private final Map<Integer, Map<MatchKey, Entry>> entries;
        private final Map<Integer, MulticastGroup> groups;
        private final List<MeterRates[]> meters;

        private Savepoint(
                Map<Integer, Map<MatchKey, Entry>> entries,
                Map<Integer, MulticastGroup> groups,
                List<MeterRates[]> meters) {
            this.entries = entries;
            this.groups = groups;
            this.meters = meters;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.getvpn.ks.secret.SealedStore;

/**
 * Addresses that an operator put out of one group. An entry is in the store before the member is
 * out, and tells until the keys are replaced that they still have to be: a kill in between loses
 * neither.
 */
final class Evictions {
    private static final int FORM = 1;
    private static final int SETTLED = 0;
    private static final int KEYS_DUE = 1;
    private static final int READMITTED_KEYS_DUE = 2;

    private final String prefix;
    private final SealedStore store;
    private final Map<String, Entry> entries = new HashMap<>();

    private static final class Entry {
        private final long version;
        private final int stage;

        Entry(long version, int stage) {
            this.version = version;
            this.stage = stage;
        }
    }

    /**
     * @param prefix of the records, ends with a slash
     */
    Evictions(String prefix, SealedStore store) {
        this.prefix = prefix;
        this.store = store;
        store.list(prefix)
                .forEach(
                        (name, opened) ->
                                entries.put(
                                        name,
                                        new Entry(
                                                opened.version(),
                                                RecordReader.read(
                                                        name,
                                                        FORM,
                                                        opened.plain(),
                                                        RecordReader::number8))));
    }

    /** Enters an address; durable on return. Keys are due even if it was entered before. */
    void add(InetAddress address) {
        write(name(address), KEYS_DUE);
    }

    /**
     * Takes an address out; durable on return. That keys are due is not forgotten with it: members
     * may have been told already that they come.
     *
     * @return false if it was not entered
     */
    boolean remove(InetAddress address) {
        if (!contains(address)) {
            return false;
        }
        String name = name(address);
        if (entries.get(name).stage == KEYS_DUE) {
            write(name, READMITTED_KEYS_DUE);
        } else {
            forget(name);
        }
        return true;
    }

    boolean contains(InetAddress address) {
        return isOut(name(address));
    }

    private boolean isOut(String name) {
        return entries.containsKey(name) && entries.get(name).stage != READMITTED_KEYS_DUE;
    }

    /** Every address entered, as text, in order of the text. */
    List<String> addresses() {
        return entries.keySet().stream()
                .filter(this::isOut)
                .map(name -> name.substring(prefix.length()))
                .sorted()
                .collect(Collectors.toList());
    }

    /** Whether an evicted member may still hold keys to come. */
    boolean areKeysDue() {
        return entries.values().stream().anyMatch(entry -> entry.stage != SETTLED);
    }

    /** The keys that evicted members could read are replaced. */
    void settle() {
        for (String name : new ArrayList<>(entries.keySet())) {
            if (!isOut(name)) {
                forget(name);
            } else if (entries.get(name).stage == KEYS_DUE) {
                write(name, SETTLED);
            }
        }
    }

    private void forget(String name) {
        store.remove(name);
        entries.remove(name);
    }

    private void write(String name, int stage) {
        long before = entries.containsKey(name) ? entries.get(name).version : 0;
        byte[] record = new RecordWriter(FORM).number8(stage).finish();
        entries.put(name, new Entry(store.write(name, before, record), stage));
    }

    private String name(InetAddress address) {
        return prefix + address.getHostAddress();
    }
}

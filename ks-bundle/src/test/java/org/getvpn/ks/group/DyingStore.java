// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.Map;
import java.util.Optional;
import org.getvpn.ks.api.GroupStore;

/** A store whose process dies at a chosen write: just before it or just after. */
final class DyingStore implements GroupStore {
    /** The process is gone. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final GroupStore store;
    private int writesLeft = Integer.MAX_VALUE;
    private boolean writesLast;
    private boolean dead;

    DyingStore(GroupStore store) {
        this.store = store;
    }

    /** Dies at the write after {@code writes} more, which is done first if {@code last}. */
    void dieAfter(int writes, boolean last) {
        writesLeft = writes;
        writesLast = last;
    }

    @Override
    public Optional<Versioned> get(String name) {
        alive();
        return store.get(name);
    }

    @Override
    public Map<String, Versioned> list(String prefix) {
        alive();
        return store.list(prefix);
    }

    @Override
    public boolean compareAndSet(String name, long expected, byte[] octets) {
        boolean dies = begin();
        boolean written = (!dies || writesLast) && store.compareAndSet(name, expected, octets);
        end(dies);
        return written;
    }

    @Override
    public boolean remove(String name, long expected) {
        boolean dies = begin();
        boolean removed = (!dies || writesLast) && store.remove(name, expected);
        end(dies);
        return removed;
    }

    @Override
    public AutoCloseable watch(String prefix, Watcher watcher) {
        return store.watch(prefix, watcher);
    }

    @Override
    public void close() {
        store.close();
    }

    private boolean begin() {
        alive();
        return writesLeft-- == 0;
    }

    private void end(boolean dies) {
        if (dies) {
            dead = true;
            throw new Killed();
        }
    }

    private void alive() {
        if (dead) {
            throw new Killed();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.Map;
import java.util.Optional;

/**
 * Where the key server keeps its state: opaque records, already wrapped, with a version each.
 * Writes are durable when the call returns. The embedded implementation is a file; in a cluster the
 * same interface stands before a replicated map.
 */
public interface GroupStore extends AutoCloseable {
    /** A record and its version. */
    final class Versioned {
        private final long version;
        private final byte[] octets;

        /**
         * @param version 1 at creation, one more at each write
         * @param octets opaque; not copied
         */
        public Versioned(long version, byte[] octets) {
            this.version = version;
            this.octets = octets;
        }

        /** 1 at creation, one more at each write. */
        public long version() {
            return version;
        }

        /** Opaque. */
        public byte[] octets() {
            return octets;
        }
    }

    /** The record of that name, or empty. */
    Optional<Versioned> get(String name);

    /** All records whose name begins with {@code prefix}, by name. */
    Map<String, Versioned> list(String prefix);

    /**
     * Writes if the present version is {@code expected}; 0 stands for "does not exist".
     *
     * @return whether it was written
     */
    boolean compareAndSet(String name, long expected, byte[] octets);

    /** Removes if the present version is {@code expected}. */
    boolean remove(String name, long expected);

    /**
     * Calls {@code watcher} after each change of a record whose name begins with {@code prefix}.
     */
    AutoCloseable watch(String prefix, Watcher watcher);

    /** Hears of changes, also those that others made. */
    interface Watcher {
        /** The record changed; {@code value} is empty if it was removed. */
        void changed(String name, Optional<Versioned> value);
    }

    @Override
    void close();
}

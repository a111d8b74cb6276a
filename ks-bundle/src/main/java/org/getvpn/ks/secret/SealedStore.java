// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.ks.api.GroupStore;

/** A {@link GroupStore} seen in clear: everything is sealed before the store gets it. */
public final class SealedStore {
    private final GroupStore store;
    private final WrappingKeys keys;
    private final SecureRandom random;

    /** Puts the keys before the store. */
    public SealedStore(GroupStore store, WrappingKeys keys, SecureRandom random) {
        this.store = store;
        this.keys = keys;
        this.random = random;
    }

    /** A record in clear; the reader destroys it. */
    public static final class Opened {
        private final long version;
        private final SecretBytes plain;

        Opened(long version, SecretBytes plain) {
            this.version = version;
            this.plain = plain;
        }

        /** What {@link SealedStore#write} expects next time. */
        public long version() {
            return version;
        }

        /** The contents. */
        public SecretBytes plain() {
            return plain;
        }
    }

    /**
     * The record of that name.
     *
     * @throws UnreadableRecord if it does not open
     */
    public Optional<Opened> read(String name) {
        return store.get(name).map(record -> open(name, record));
    }

    /** All records whose name begins with {@code prefix}, by name. */
    public Map<String, Opened> list(String prefix) {
        Map<String, Opened> opened = new TreeMap<>();
        store.list(prefix).forEach((name, record) -> opened.put(name, open(name, record)));
        return opened;
    }

    /**
     * Seals and writes; durable on return.
     *
     * @param expected version of the record that is replaced, 0 if there is none
     * @param plain zeroed before this returns
     * @return the new version
     * @throws StaleRecord if somebody else wrote meanwhile
     */
    public long write(String name, long expected, byte[] plain) {
        try {
            byte[] sealed = keys.seal(name, expected + 1, plain, random);
            if (!store.compareAndSet(name, expected, sealed)) {
                throw new StaleRecord(name);
            }
            return expected + 1;
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /** Removes every record whose name begins with {@code prefix}. */
    public void removeAll(String prefix) {
        store.list(prefix).forEach((name, record) -> store.remove(name, record.version()));
    }

    /** Removes one record, if it is there. */
    public void remove(String name) {
        store.get(name).ifPresent(record -> store.remove(name, record.version()));
    }

    /**
     * Seals every record with the wrapping key in use that a former key sealed.
     *
     * @return how many
     */
    public int rewrap() {
        int rewrapped = 0;
        for (Map.Entry<String, GroupStore.Versioned> entry : store.list("").entrySet()) {
            if (!keys.isCurrent(entry.getValue().octets())) {
                Opened opened = open(entry.getKey(), entry.getValue());
                write(entry.getKey(), opened.version(), opened.plain().expose());
                opened.plain().destroy();
                rewrapped++;
            }
        }
        return rewrapped;
    }

    private Opened open(String name, GroupStore.Versioned record) {
        return new Opened(record.version(), keys.open(name, record.version(), record.octets()));
    }
}

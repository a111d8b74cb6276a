// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * Zeroes keys that ended, a minute later: until then a registration or a rekey message under way
 * may still hold one.
 */
final class Disposal {
    private static final long WAIT_MILLIS = 60_000;

    private static final class Entry {
        private final SecretBytes secret;
        private final long dueMillis;

        Entry(SecretBytes secret, long dueMillis) {
            this.secret = secret;
            this.dueMillis = dueMillis;
        }
    }

    private final Deque<Entry> entries = new ArrayDeque<>();

    synchronized void add(Collection<SecretBytes> secrets, long now) {
        secrets.forEach(secret -> entries.add(new Entry(secret, now + WAIT_MILLIS)));
    }

    synchronized void sweep(long now) {
        while (!entries.isEmpty() && entries.peek().dueMillis <= now) {
            entries.remove().secret.destroy();
        }
    }

    /** Zeroes everything at once: nothing is under way any more. */
    synchronized void close() {
        entries.forEach(entry -> entry.secret.destroy());
        entries.clear();
    }
}

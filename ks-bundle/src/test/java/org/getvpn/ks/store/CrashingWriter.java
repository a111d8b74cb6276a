// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.getvpn.ks.api.GroupStore;

/**
 * Runs in a process of its own until somebody kills it: writes counters and says each write after
 * it returned.
 */
public final class CrashingWriter {
    static final int RECORDS = 5;

    private CrashingWriter() {}

    /** Takes the store's folder and a seed. */
    public static void main(String[] arguments) {
        Random random = new Random(Long.parseLong(arguments[1]));
        try (MvGroupStore store = MvGroupStore.open(Path.of(arguments[0]))) {
            while (true) {
                String name = "counter/" + random.nextInt(RECORDS);
                long version = store.get(name).map(GroupStore.Versioned::version).orElse(0L);
                byte[] octets = new byte[8 + random.nextInt(4000)];
                ByteBuffer.wrap(octets).putLong(version + 1);
                if (!store.compareAndSet(name, version, octets)) {
                    throw new IllegalStateException("nobody else writes");
                }
                System.out.println(name + " " + (version + 1));
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One packet thread's view of the {@link SaDatabase}. The thread takes a snapshot per batch, which
 * also says that it has let go of every older one: keys are zeroed only when no thread can still be
 * encrypting with them.
 */
public final class SaReader implements AutoCloseable {
    private static final VarHandle SEEN;

    static {
        try {
            SEEN = MethodHandles.lookup().findVarHandle(SaReader.class, "seen", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SaDatabase database;

    @SuppressWarnings("unused") // by SEEN
    private volatile long seen;

    SaReader(SaDatabase database, long generation) {
        this.database = database;
        this.seen = generation;
    }

    /** The present snapshot; those taken before must not be used any more. */
    public SaSnapshot refresh() {
        SaSnapshot snapshot = database.snapshot();
        if (snapshot.generation() != (long) SEEN.getOpaque(this)) {
            SEEN.setRelease(this, snapshot.generation());
            database.destroyUnused();
        }
        return snapshot;
    }

    /** The generation of the last snapshot taken. */
    long seen() {
        return (long) SEEN.getAcquire(this);
    }

    /** The thread takes no more snapshots. */
    @Override
    public void close() {
        database.remove(this);
    }
}

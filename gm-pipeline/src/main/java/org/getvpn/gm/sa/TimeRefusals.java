// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The latest packet of an SA that was too old or too new, for a log line that is written elsewhere:
 * packet threads only leave two numbers here. Written and read by any.
 */
public final class TimeRefusals {
    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(TimeRefusals.class, "count", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long packetMicros;
    private long ownMicros;

    @SuppressWarnings("unused") // by COUNT
    private long count;

    /** A packet of {@code packet} came at {@code own}, both in microseconds. */
    public void add(long packet, long own) {
        packetMicros = packet;
        ownMicros = own;
        COUNT.getAndAddRelease(this, 1L);
    }

    /** How many so far. */
    public long count() {
        return (long) COUNT.getAcquire(this);
    }

    /** The time in one of the latest, in microseconds; approximate while more come. */
    public long packetMicros() {
        return packetMicros;
    }

    /** Our time when it came, in microseconds; approximate while more come. */
    public long ownMicros() {
        return ownMicros;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long an ESP packet may be on its way to a destination: what the configuration says, or less
 * where a router of the WAN said so, for ten minutes (RFC 1191, section 6.3; RFC 8201, section 4).
 *
 * <p>Bounded: a report about one destination too many replaces the oldest of those that share its
 * place. Any thread reads and writes; an entry is one word, so nobody sees half of it.
 */
final class PathMtus {
    /**
     * Routers are not believed below this for IPv4, in octets: one forged report would otherwise
     * have every packet sent in dozens of pieces. Linux has the same limit (route.min_pmtu).
     */
    static final int LEAST = 552;

    private static final int ENTRIES = 1024;
    private static final int PROBES = 4;
    private static final int LIFETIME_MINUTES = 10;
    private static final int LATER_THAN_NOW = 0xff00; // another thread's clock is a moment ahead

    private final int ordinary;
    private final int least;
    private final AtomicLongArray entries = new AtomicLongArray(ENTRIES);
    private volatile boolean known; // whether there ever was a report

    /**
     * Without reports every path carries {@code ordinary} octets.
     *
     * @param least what routers are believed at least, in octets
     */
    PathMtus(int ordinary, int least) {
        this.ordinary = ordinary;
        this.least = least;
    }

    /** What paths carry that nobody reported on. */
    int ordinary() {
        return ordinary;
    }

    /**
     * Longest packet to a destination, in octets.
     *
     * @param now monotonic nanoseconds
     */
    int to(int destination, long now) {
        if (!known) {
            return ordinary;
        }
        int place = place(destination);
        for (int probe = 0; probe < PROBES; probe++) {
            int at = place + probe & ENTRIES - 1;
            long entry = entries.get(at);
            if (entry != 0 && destination(entry) == destination) {
                if (age(entry, now) < LIFETIME_MINUTES) {
                    return Math.min(ordinary, mtu(entry));
                }
                entries.compareAndSet(at, entry, 0); // before its minute comes round again
            }
        }
        return ordinary;
    }

    /**
     * A router said that packets to {@code destination} may have {@code mtu} octets.
     *
     * @return whether that is less than what was known
     */
    boolean lower(int destination, int mtu, long now) {
        int limit = Math.max(Math.min(mtu, ordinary), least);
        while (limit < to(destination, now)) {
            if (isEntered(destination, limit, now)) {
                known = true;
                return true;
            }
        }
        return false;
    }

    /** False if another thread changed the entry meanwhile. */
    private boolean isEntered(int destination, int limit, long now) {
        int place = place(destination);
        int best = place;
        long replaced = 0;
        int oldest = -1;
        for (int probe = 0; probe < PROBES; probe++) {
            int at = place + probe & ENTRIES - 1;
            long entry = entries.get(at);
            int age = entry == 0 ? LATER_THAN_NOW - 1 : age(entry, now);
            if (entry != 0 && destination(entry) == destination) {
                age = LATER_THAN_NOW;
            }
            if (age > oldest) {
                oldest = age;
                best = at;
                replaced = entry;
            }
        }
        long fresh = (long) destination << 32 | (long) limit << 16 | minute(now) & 0xffff;
        return entries.compareAndSet(best, replaced, fresh);
    }

    private static int place(int destination) {
        return destination * 0x9e37_79b9 >>> 22;
    }

    private static int destination(long entry) {
        return (int) (entry >>> 32);
    }

    private static int mtu(long entry) {
        return (int) (entry >>> 16) & 0xffff;
    }

    private static int age(long entry, long now) {
        int age = minute(now) - (int) entry & 0xffff;
        return age >= LATER_THAN_NOW ? 0 : age;
    }

    private static int minute(long now) {
        return (int) Math.floorDiv(now, TimeUnit.MINUTES.toNanos(1)) & 0xffff;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.Map;

/** The key server as it stands now. */
public final class KeyServerStatus {
    private final boolean serving;
    private final String health;
    private final String listen;
    private final long uptimeSeconds;
    private final long registrations;
    private final long refusals;
    private final Map<String, Long> ignored;
    private final int halfOpen;

    /** Carries what the accessors of the same names tell. */
    public KeyServerStatus(
            boolean serving,
            String health,
            String listen,
            long uptimeSeconds,
            long registrations,
            long refusals,
            Map<String, Long> ignored,
            int halfOpen) {
        this.serving = serving;
        this.health = health;
        this.listen = listen;
        this.uptimeSeconds = uptimeSeconds;
        this.registrations = registrations;
        this.refusals = refusals;
        this.ignored = Map.copyOf(ignored);
        this.halfOpen = halfOpen;
    }

    /** Whether it answers registrations. */
    public boolean serving() {
        return serving;
    }

    /** ok, or what is wrong in a sentence. */
    public String health() {
        return health;
    }

    /** Address and UDP port. */
    public String listen() {
        return listen;
    }

    /** Seconds since it began to serve. */
    public long uptimeSeconds() {
        return uptimeSeconds;
    }

    /** Registrations granted since then. */
    public long registrations() {
        return registrations;
    }

    /** Registrations refused since then. */
    public long refusals() {
        return refusals;
    }

    /** Datagrams ignored since then, whatever the reason. */
    public long datagramsIgnored() {
        return ignored.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * The same by reason, zeros too; the names are those of {@code
     * org.getvpn.gdoi.exchange.EndpointCounters.Ignored}.
     */
    public Map<String, Long> ignored() {
        return ignored;
    }

    /** Phase 1 exchanges under way. */
    public int halfOpen() {
        return halfOpen;
    }
}

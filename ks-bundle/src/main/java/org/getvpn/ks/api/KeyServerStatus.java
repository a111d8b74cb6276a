// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

/** The key server as it stands now. */
public final class KeyServerStatus {
    private final boolean serving;
    private final String health;
    private final String listen;
    private final long uptimeSeconds;
    private final long registrations;
    private final long refusals;
    private final long datagramsIgnored;
    private final int halfOpen;

    /** Carries what the accessors of the same names tell. */
    public KeyServerStatus(
            boolean serving,
            String health,
            String listen,
            long uptimeSeconds,
            long registrations,
            long refusals,
            long datagramsIgnored,
            int halfOpen) {
        this.serving = serving;
        this.health = health;
        this.listen = listen;
        this.uptimeSeconds = uptimeSeconds;
        this.registrations = registrations;
        this.refusals = refusals;
        this.datagramsIgnored = datagramsIgnored;
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

    /** Datagrams ignored since then: malformed, replayed, unknown. */
    public long datagramsIgnored() {
        return datagramsIgnored;
    }

    /** Phase 1 exchanges under way. */
    public int halfOpen() {
        return halfOpen;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

/**
 * Which run of the machine this is, and how long it has lasted: a clock that nobody sets, and that
 * goes on while this process does not run.
 */
public final class Boot {
    private final String id;
    private final long uptimeMillis;

    /**
     * @param id differs after each boot
     * @param uptimeMillis since the boot, at the instant of the reading
     */
    public Boot(String id, long uptimeMillis) {
        this.id = id;
        this.uptimeMillis = uptimeMillis;
    }

    /** Names the run. */
    public String id() {
        return id;
    }

    /** Since the boot, in milliseconds. */
    public long uptimeMillis() {
        return uptimeMillis;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

/** The machine's uptime at a group time: both run at the speed of the monotonic clock. */
final class MachineTime {
    private final String bootId;
    private final long aheadMillis;

    /**
     * @param nowMillis group time at which {@code boot} was read
     */
    MachineTime(Boot boot, long nowMillis) {
        this.bootId = boot.id();
        this.aheadMillis = boot.uptimeMillis() - nowMillis;
    }

    String bootId() {
        return bootId;
    }

    long uptimeMillis(long now) {
        return now + aheadMillis;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.time.Duration;
import java.util.Objects;

/** How long Phase 1 SAs live at the key server. */
public final class PhaseOneTimes {
    private final Duration lifetime;
    private final Duration idle;

    /**
     * @param lifetime the most that a member may ask for, 1 minute to 7 days
     * @param idle after this long without a message its member is asked whether it is there, or the
     *     SA ends; 10 seconds to 1 hour
     */
    public PhaseOneTimes(Duration lifetime, Duration idle) {
        this.lifetime = Objects.requireNonNull(lifetime);
        this.idle = Objects.requireNonNull(idle);
    }

    /** The most that a member may ask for. */
    public Duration lifetime() {
        return lifetime;
    }

    /** How long an SA may be without a message of its member. */
    public Duration idle() {
        return idle;
    }
}

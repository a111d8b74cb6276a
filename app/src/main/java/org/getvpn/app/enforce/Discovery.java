// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.function.LongSupplier;
import org.onosproject.net.device.DeviceEvent;
import org.onosproject.net.link.LinkEvent;

/**
 * Whether ONOS is still finding links. A controller that comes back knows no link at first; next
 * hops computed from half of them are worse than those that the switches hold already. A link that
 * is lost ends the patience: then what is on the switches may be wrong, too.
 */
final class Discovery {
    /** No new link for this long: all are known. Longer than the 3 s between ONOS's probes. */
    static final long QUIET_NANOS = 5_000_000_000L;

    private final LongSupplier clock;
    private long foundAt;
    private boolean patient = true;

    /**
     * Begins now.
     *
     * @param clock monotonic nanoseconds
     */
    Discovery(LongSupplier clock) {
        this.clock = clock;
        this.foundAt = clock.getAsLong();
    }

    /** Takes notice of a link that came or went. */
    synchronized void linkChanged(LinkEvent event) {
        if (event.type() == LinkEvent.Type.LINK_ADDED) {
            begin();
        } else if (event.type() == LinkEvent.Type.LINK_REMOVED) {
            patient = false;
        }
    }

    /** A switch that comes brings links, which have to be found. */
    synchronized void deviceChanged(DeviceEvent event) {
        if (event.type() == DeviceEvent.Type.DEVICE_ADDED
                || event.type() == DeviceEvent.Type.DEVICE_AVAILABILITY_CHANGED) {
            begin();
        }
    }

    /** Whether more links are to be expected. */
    synchronized boolean isUnderWay() {
        return patient && clock.getAsLong() - foundAt < QUIET_NANOS;
    }

    private void begin() {
        patient = true;
        foundAt = clock.getAsLong();
    }
}

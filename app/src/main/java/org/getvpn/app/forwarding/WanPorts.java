// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;

/** The ports of an edge by which one site, or several that share them, reach the others. */
final class WanPorts {
    private final DeviceId device;
    private final Set<PortNumber> ports;

    WanPorts(DeviceId device, Collection<PortNumber> ports) {
        this.device = Objects.requireNonNull(device);
        this.ports = Set.copyOf(ports);
    }

    /** The edge. */
    DeviceId device() {
        return device;
    }

    /** Whether {@code point} is one of them. */
    boolean has(ConnectPoint point) {
        return point.deviceId().equals(device) && ports.contains(point.port());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WanPorts
                && device.equals(((WanPorts) other).device)
                && ports.equals(((WanPorts) other).ports);
    }

    @Override
    public int hashCode() {
        return Objects.hash(device, ports);
    }
}

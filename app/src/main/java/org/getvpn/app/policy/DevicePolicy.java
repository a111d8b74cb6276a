// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.onosproject.net.DeviceId;

/**
 * What one switch shall enforce. A switch with sites is an edge and carries no transit; any other
 * switch is core.
 */
public final class DevicePolicy {
    private final DeviceId device;
    private final List<SitePolicy> sites;
    private final Optional<KeyServerPolicy> keyServer;

    /**
     * @param device the switch
     * @param sites that hang on it
     * @param keyServer if the key server hangs on it
     */
    public DevicePolicy(
            DeviceId device, List<SitePolicy> sites, Optional<KeyServerPolicy> keyServer) {
        this.device = Objects.requireNonNull(device);
        this.sites = List.copyOf(sites);
        this.keyServer = Objects.requireNonNull(keyServer);
    }

    /** The switch. */
    public DeviceId device() {
        return device;
    }

    /** Sites that hang on it. */
    public List<SitePolicy> sites() {
        return sites;
    }

    /** The key server, if it hangs on it. */
    public Optional<KeyServerPolicy> keyServer() {
        return keyServer;
    }

    /** Whether it has sites, and so carries no transit. */
    public boolean isEdge() {
        return !sites.isEmpty();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.app.config.GdoiRate;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;

/**
 * What one switch shall enforce. A switch with sites is an edge and carries no transit; any other
 * switch is core.
 */
public final class DevicePolicy {
    private final DeviceId device;
    private final List<SitePolicy> sites;
    private final Optional<KeyServerPolicy> keyServer;
    private final GdoiRate gdoiRate;

    /**
     * A switch whose members may send GDOI at the usual rate.
     *
     * @param device the switch
     * @param sites that hang on it
     * @param keyServer if the key server hangs on it
     */
    public DevicePolicy(
            DeviceId device, List<SitePolicy> sites, Optional<KeyServerPolicy> keyServer) {
        this(device, sites, keyServer, GdoiRate.USUAL);
    }

    /**
     * @param device the switch
     * @param sites that hang on it
     * @param keyServer if the key server hangs on it
     * @param gdoiRate what each member may send to key servers
     */
    public DevicePolicy(
            DeviceId device,
            List<SitePolicy> sites,
            Optional<KeyServerPolicy> keyServer,
            GdoiRate gdoiRate) {
        this.gdoiRate = Objects.requireNonNull(gdoiRate);
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

    /**
     * Sites of one group that share WAN ports with {@code site}, directly or by others, itself
     * included: multicast data of the group comes once for all of them.
     */
    public List<SitePolicy> attachedWith(SitePolicy site) {
        Set<SitePolicy> attached = new HashSet<>(List.of(site));
        Set<PortNumber> ports = new HashSet<>(site.site().ports().wan());
        boolean isGrowing = true;
        while (isGrowing) {
            isGrowing = false;
            for (SitePolicy other : sites) {
                List<PortNumber> theirs = other.site().ports().wan();
                if (other.site().group().equals(site.site().group())
                        && !Collections.disjoint(ports, theirs)
                        && attached.add(other)) {
                    ports.addAll(theirs);
                    isGrowing = true;
                }
            }
        }
        return sites.stream().filter(attached::contains).collect(Collectors.toList());
    }

    /** WAN ports of the sites that are {@link #attachedWith} {@code site}. */
    public Set<PortNumber> attachedPorts(SitePolicy site) {
        return attachedWith(site).stream()
                .flatMap(each -> each.site().ports().wan().stream())
                .collect(Collectors.toSet());
    }

    /** The key server, if it hangs on it. */
    public Optional<KeyServerPolicy> keyServer() {
        return keyServer;
    }

    /** What each member may send to key servers; P4 switches keep to it. */
    public GdoiRate gdoiRate() {
        return gdoiRate;
    }

    /** Whether it has sites, and so carries no transit. */
    public boolean isEdge() {
        return !sites.isEmpty();
    }
}

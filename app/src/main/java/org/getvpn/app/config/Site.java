// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;

/** A protected site: its switch, where the group member hangs on it, and what it protects. */
public final class Site {
    private final String name;
    private final String group;
    private final SitePorts ports;
    private final IpAddress memberAddress;
    private final List<IpPrefix> prefixes;
    private final List<IpAddress> gateways;
    private final List<PolicyLine> localBypass;
    private final boolean passive;

    /**
     * @param name 1 to 64 of {@code a-z 0-9 . _ -}, unique
     * @param group name of a configured group
     * @param ports the switch and the roles of its ports
     * @param memberAddress the group member's control address, inside one of {@code prefixes}
     * @param prefixes what the site protects; no other site has any of it
     * @param gateways what end hosts send to, one per IP version of {@code prefixes} and inside one
     *     of them
     * @param localBypass lines with action BYPASS that hold at this site before the group's policy
     */
    public Site(
            String name,
            String group,
            SitePorts ports,
            IpAddress memberAddress,
            List<IpPrefix> prefixes,
            List<IpAddress> gateways,
            List<PolicyLine> localBypass) {
        this(name, group, ports, memberAddress, prefixes, gateways, localBypass, false);
    }

    /**
     * The same, where the member may go ahead of its group.
     *
     * @param passive whether the member encrypts already while its group receives only
     */
    public Site(
            String name,
            String group,
            SitePorts ports,
            IpAddress memberAddress,
            List<IpPrefix> prefixes,
            List<IpAddress> gateways,
            List<PolicyLine> localBypass,
            boolean passive) {
        this.passive = passive;
        this.name = Objects.requireNonNull(name);
        this.group = Objects.requireNonNull(group);
        this.ports = Objects.requireNonNull(ports);
        this.memberAddress = Objects.requireNonNull(memberAddress);
        this.prefixes = List.copyOf(prefixes);
        this.gateways = List.copyOf(gateways);
        this.localBypass = List.copyOf(localBypass);
    }

    /** The operator's name for the site. */
    public String name() {
        return name;
    }

    /** Name of its group. */
    public String group() {
        return group;
    }

    /** The switch and the roles of its ports. */
    public SitePorts ports() {
        return ports;
    }

    /** The edge switch. */
    public DeviceId device() {
        return ports.device();
    }

    /** Where the group member hangs on the switch. */
    public PortNumber memberPort() {
        return ports.member();
    }

    /** The group member's control address. */
    public IpAddress memberAddress() {
        return memberAddress;
    }

    /** What the site protects. */
    public List<IpPrefix> prefixes() {
        return prefixes;
    }

    /** What end hosts send to, one per IP version; the application answers for them. */
    public List<IpAddress> gateways() {
        return gateways;
    }

    /** What end hosts of an IP version send to; empty if the site has none of them. */
    public Optional<IpAddress> gateway(IpAddress.Version version) {
        return gateways.stream().filter(gateway -> gateway.version() == version).findFirst();
    }

    /** Whether some of its prefixes are of an IP version. */
    public boolean has(IpAddress.Version version) {
        return prefixes.stream().anyMatch(prefix -> prefix.version() == version);
    }

    /** Exceptions of this site alone, before the group's policy. */
    public List<PolicyLine> localBypass() {
        return localBypass;
    }

    /** Whether the site's member encrypts already while its group receives only. */
    public boolean isPassive() {
        return passive;
    }

    /** Whether {@code address} lies in one of the site's prefixes. */
    public boolean contains(IpAddress address) {
        return prefixes.stream().anyMatch(prefix -> prefix.contains(address));
    }
}

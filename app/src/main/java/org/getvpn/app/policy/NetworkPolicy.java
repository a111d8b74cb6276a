// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.getvpn.app.config.GdoiRate;
import org.getvpn.app.config.Site;
import org.getvpn.app.config.VpnConfiguration;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.DeviceId;

/** What the whole network shall enforce, made from one configuration. */
public final class NetworkPolicy {
    private final List<SitePolicy> sites;
    private final Optional<KeyServerPolicy> keyServer;
    private final GdoiRate gdoiRate;

    private NetworkPolicy(
            List<SitePolicy> sites, Optional<KeyServerPolicy> keyServer, GdoiRate gdoiRate) {
        this.gdoiRate = gdoiRate;
        this.sites = sites;
        this.keyServer = keyServer;
    }

    /** The policy that {@code configuration} asks for, with every member admitted. */
    public static NetworkPolicy of(VpnConfiguration configuration) {
        return of(configuration, Map.of());
    }

    /**
     * The policy that {@code configuration} asks for.
     *
     * @param evicted members that were put out, by the name of their group
     */
    public static NetworkPolicy of(
            VpnConfiguration configuration, Map<String, Set<IpAddress>> evicted) {
        List<IpAddress> keyServers =
                configuration.keyServer().settings().addresses().stream()
                        .map(IpAddress::valueOf)
                        .collect(Collectors.toUnmodifiableList());
        int port = configuration.keyServer().settings().port();
        List<SitePolicy> sites = new ArrayList<>();
        Set<IpPrefix> members = new LinkedHashSet<>();
        for (Site site : configuration.sites()) {
            MemberAccess access =
                    evicted.getOrDefault(site.group(), Set.of()).contains(site.memberAddress())
                            ? MemberAccess.EVICTED
                            : MemberAccess.ADMITTED;
            sites.add(
                    new SitePolicy(
                            site,
                            lines(configuration, site),
                            keyServers,
                            port,
                            access,
                            configuration
                                    .group(site.group())
                                    .map(GroupPolicy::rekeyTransport)
                                    .flatMap(RekeyGroup::of)));
        }
        for (GroupPolicy group : configuration.keyServer().groups()) {
            for (String member : group.authorisedMembers()) {
                members.add(
                        member.indexOf('/') < 0
                                ? IpAddress.valueOf(member).toIpPrefix()
                                : IpPrefix.valueOf(member));
            }
        }
        return new NetworkPolicy(
                List.copyOf(sites),
                configuration
                        .attachment()
                        .map(
                                at ->
                                        new KeyServerPolicy(
                                                at,
                                                keyServers,
                                                port,
                                                List.copyOf(members),
                                                rekeyGroups(sites))),
                configuration.gdoiRate());
    }

    /**
     * The same while groups migrate from clear text.
     *
     * @param migrations by the name of the group; one that is not named is closed
     */
    public NetworkPolicy at(Map<String, Migration> migrations) {
        return new NetworkPolicy(
                sites.stream()
                        .map(
                                policy ->
                                        policy.at(
                                                migrations.getOrDefault(
                                                        policy.site().group(), Migration.CLOSED)))
                        .collect(Collectors.toUnmodifiableList()),
                keyServer,
                gdoiRate);
    }

    /** Those that somebody listens to. */
    private static List<RekeyGroup> rekeyGroups(List<SitePolicy> sites) {
        return sites.stream()
                .map(SitePolicy::rekeyGroup)
                .flatMap(Optional::stream)
                .distinct()
                .collect(Collectors.toUnmodifiableList());
    }

    /** Every site, in the order written. */
    public List<SitePolicy> sites() {
        return sites;
    }

    /** The key server, if it hangs on one of our switches. */
    public Optional<KeyServerPolicy> keyServer() {
        return keyServer;
    }

    /** What {@code device} shall enforce. */
    public DevicePolicy device(DeviceId device) {
        return new DevicePolicy(
                device,
                sites.stream()
                        .filter(policy -> policy.site().device().equals(device))
                        .collect(Collectors.toUnmodifiableList()),
                keyServer.filter(ks -> ks.attachment().port().deviceId().equals(device)),
                gdoiRate);
    }

    /** Switches that the configuration names, in order. */
    public Set<DeviceId> namedDevices() {
        Set<DeviceId> devices = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
        sites.forEach(policy -> devices.add(policy.site().device()));
        keyServer.ifPresent(ks -> devices.add(ks.attachment().port().deviceId()));
        return devices;
    }

    private static List<PolicyLine> lines(VpnConfiguration configuration, Site site) {
        List<PolicyLine> lines = new ArrayList<>(site.localBypass());
        configuration.group(site.group()).ifPresent(group -> lines.addAll(group.lines()));
        return lines;
    }
}

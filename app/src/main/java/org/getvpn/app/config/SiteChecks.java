// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.InvalidConfiguration.Problem;
import org.getvpn.ks.api.KeyServerConfiguration;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;

/** What sites may not be to themselves, to each other, to their group and to the key server. */
final class SiteChecks {
    /** How many lines a site's policy may have; a switch orders them by priority. */
    static final int MOST_LINES = 4000;

    /** Extension headers of IPv6, and the number that P4 switches show in their place. */
    private static final Set<Integer> IPV6_HEADERS =
            Set.of(43, 44, 51, 60, 135, 139, 140, 253, 254, 255);

    private static final IpPrefix LINK_LOCAL_GROUPS = IpPrefix.valueOf("224.0.0.0/24");

    /** A multicast prefix of IPv6 has flags and a scope in its first 16 bits. */
    private static final int SCOPED = 16;

    private static final int LINK_SCOPE = 2;

    private final KeyServerConfiguration keyServer;
    private final Optional<KeyServerAttachment> attachment;
    private final List<Site> sites;
    private final List<String> paths;
    private final List<Problem> problems;

    /**
     * @param paths where each of {@code sites} stands, in the same order
     */
    SiteChecks(
            KeyServerConfiguration keyServer,
            Optional<KeyServerAttachment> attachment,
            List<Site> sites,
            List<String> paths,
            List<Problem> problems) {
        this.keyServer = keyServer;
        this.attachment = attachment;
        this.sites = sites;
        this.paths = paths;
        this.problems = problems;
    }

    /** Adds every problem found. */
    void run() {
        attachment.ifPresent(this::checkAttachment);
        checkLines();
        for (int i = 0; i < sites.size(); i++) {
            checkGroup(paths.get(i), sites.get(i));
            checkAddresses(paths.get(i), sites.get(i));
            checkBypass(paths.get(i), sites.get(i));
        }
        checkPorts();
        checkUnique();
        checkOverlaps();
    }

    private void checkAttachment(KeyServerAttachment at) {
        if (!at.prefix().contains(at.gateway())) {
            problem("keyServer.gateway", at.gateway(), "must lie in prefix " + at.prefix());
        }
        for (String address : keyServer.settings().addresses()) {
            IpAddress ip = IpAddress.valueOf(address);
            if (!at.prefix().contains(ip)) {
                problem("keyServer.addresses", ip, "must lie in prefix " + at.prefix());
            } else if (ip.equals(at.gateway())) {
                problem(
                        "keyServer.gateway",
                        ip,
                        "is the key server's own address: choose another of " + at.prefix());
            }
        }
    }

    private void checkGroup(String path, Site site) {
        Optional<GroupPolicy> group =
                keyServer.groups().stream().filter(g -> g.name().equals(site.group())).findFirst();
        if (group.isEmpty()) {
            problem(
                    path + ".group",
                    site.group(),
                    "no such group; configured are "
                            + keyServer.groups().stream()
                                    .map(GroupPolicy::name)
                                    .collect(Collectors.joining(", ")));
        } else if (site.localBypass().size() + group.get().lines().size() > MOST_LINES) {
            problem(
                    path + ".localBypass",
                    site.localBypass().size() + " lines",
                    "with the policy of group "
                            + site.group()
                            + " more than "
                            + MOST_LINES
                            + " lines: merge prefixes");
        } else if (group.get().authorisedMembers().stream()
                .map(SiteChecks::hostOrPrefix)
                .noneMatch(prefix -> prefix.contains(site.memberAddress()))) {
            problem(
                    path + ".memberAddress",
                    site.memberAddress(),
                    "may not join: add \""
                            + site.memberAddress()
                            + "\" to members of group "
                            + site.group());
        }
    }

    private void checkAddresses(String path, Site site) {
        String within = "must lie in one of the site's prefixes " + site.prefixes();
        if (!site.contains(site.memberAddress())) {
            problem(path + ".memberAddress", site.memberAddress(), within);
        }
        for (IpAddress gateway : site.gateways()) {
            if (!site.contains(gateway)) {
                problem(path + ".gateway", gateway, within);
            }
            if (gateway.equals(site.memberAddress())) {
                problem(
                        path + ".gateway",
                        gateway,
                        "is the member's address: the switch answers for the gateway, choose"
                                + " another");
            }
            if (!site.gateway(gateway.version()).equals(Optional.of(gateway))) {
                problem(
                        path + ".gateway",
                        gateway,
                        "is the second one of its IP version: keep one");
            }
        }
        for (IpPrefix prefix : site.prefixes()) {
            if (site.gateway(prefix.version()).isEmpty()) {
                problem(
                        path + ".gateway",
                        site.gateways(),
                        "hosts of "
                                + prefix
                                + " have none: list an address of each IP version, like"
                                + " [\"10.1.0.1\", \"2001:db8:1::1\"]");
            }
        }
    }

    private void checkBypass(String path, Site site) {
        for (int i = 0; i < site.localBypass().size(); i++) {
            PolicyLine line = site.localBypass().get(i);
            IpPrefix source = IpPrefix.valueOf(line.source());
            IpPrefix destination = IpPrefix.valueOf(line.destination());
            if (site.prefixes().stream()
                    .noneMatch(p -> overlap(p, source) || overlap(p, destination))) {
                problem(
                        path + ".localBypass[" + i + "]",
                        line,
                        "no packet of this site can match: source or destination must touch "
                                + site.prefixes());
            }
        }
    }

    private void checkLines() {
        for (int i = 0; i < keyServer.groups().size(); i++) {
            checkLines("groups[" + i + "].policy", keyServer.groups().get(i).lines());
        }
        for (int i = 0; i < sites.size(); i++) {
            checkLines(paths.get(i) + ".localBypass", sites.get(i).localBypass());
        }
    }

    private void checkLines(String path, List<PolicyLine> lines) {
        for (int i = 0; i < lines.size(); i++) {
            PolicyLine line = lines.get(i);
            checkMulticast(path + "[" + i + "]", line);
            // what a switch cannot tell from what may stand behind it (RFC 8200, section 4)
            if (IPV6_HEADERS.contains(line.protocol()) && line.source().indexOf(':') >= 0) {
                problem(
                        path + "[" + i + "].protocol",
                        line.protocol(),
                        "is an extension header of IPv6, or reserved: name what follows it, or any");
            }
        }
    }

    /** No router forwards what is for a link alone (RFC 5771, section 4; RFC 4291, 2.7). */
    private void checkMulticast(String path, PolicyLine line) {
        if (IpPrefix.valueOf(line.source()).isMulticast()) {
            problem(
                    path + ".source",
                    line.source(),
                    "is a multicast address, which no packet comes from: name unicast addresses");
        }
        IpPrefix group = IpPrefix.valueOf(line.destination());
        boolean staysOnLink =
                group.isIp4()
                        ? overlap(group, LINK_LOCAL_GROUPS)
                        : group.prefixLength() < SCOPED || scope(group) <= LINK_SCOPE;
        if (group.isMulticast() && staysOnLink && line.action() != PolicyLine.Action.DROP) {
            problem(
                    path + ".destination",
                    group,
                    group.isIp4()
                            ? "has groups of a link in it, 224.0.0.0/24, which stay there: name"
                                    + " others, like 239.0.0.0/8"
                            : "has groups of a link in it, scope 2, which stay there: name one"
                                    + " scope, like ff05::/16");
        }
    }

    private static int scope(IpPrefix group) {
        return group.address().toOctets()[1] & 0x0f;
    }

    private void checkPorts() {
        Map<ConnectPoint, String> taken = new HashMap<>();
        attachment.ifPresent(at -> taken.put(at.port(), "keyServer.attachment"));
        for (int i = 0; i < sites.size(); i++) {
            String path = paths.get(i);
            SitePorts ports = sites.get(i).ports();
            take(taken, ports.device(), ports.member(), path + ".memberPort");
            for (PortNumber port : ports.local()) {
                take(taken, ports.device(), port, path + ".localPorts");
            }
        }
        // Sites on one switch may share WAN ports, nothing else.
        for (int i = 0; i < sites.size(); i++) {
            SitePorts ports = sites.get(i).ports();
            for (PortNumber port : ports.wan()) {
                ConnectPoint point = new ConnectPoint(ports.device(), port);
                if (taken.containsKey(point)) {
                    problem(paths.get(i) + ".wanPorts", shown(point), oneRole(taken.get(point)));
                }
            }
        }
    }

    private void take(
            Map<ConnectPoint, String> taken, DeviceId device, PortNumber port, String field) {
        ConnectPoint point = new ConnectPoint(device, port);
        String holder = taken.putIfAbsent(point, field);
        if (holder != null) {
            problem(field, shown(point), oneRole(holder));
        }
    }

    private static String shown(ConnectPoint point) {
        return point.deviceId() + "/" + point.port();
    }

    private static String oneRole(String holder) {
        return "is already " + holder + ": a port has one role, name another port";
    }

    private void checkUnique() {
        Map<String, String> names = new HashMap<>();
        Map<IpAddress, String> members = new HashMap<>();
        for (int i = 0; i < sites.size(); i++) {
            Site site = sites.get(i);
            String other = names.putIfAbsent(site.name(), paths.get(i));
            if (other != null) {
                problem(
                        paths.get(i) + ".name",
                        site.name(),
                        "is the name of " + other + " too: choose another");
            }
            other = members.putIfAbsent(site.memberAddress(), paths.get(i));
            if (other != null) {
                problem(
                        paths.get(i) + ".memberAddress",
                        site.memberAddress(),
                        "is the address of " + other + "'s member too: each has its own");
            }
        }
    }

    private void checkOverlaps() {
        for (int i = 0; i < sites.size(); i++) {
            for (IpPrefix prefix : sites.get(i).prefixes()) {
                for (int j = 0; j < i; j++) {
                    checkOverlap(i, prefix, paths.get(j), sites.get(j).prefixes());
                }
                if (attachment.isPresent()) {
                    checkOverlap(i, prefix, "keyServer", List.of(attachment.get().prefix()));
                }
            }
        }
    }

    private void checkOverlap(int site, IpPrefix prefix, String other, List<IpPrefix> taken) {
        for (IpPrefix theirs : taken) {
            if (overlap(prefix, theirs)) {
                problem(
                        paths.get(site) + ".prefixes",
                        prefix,
                        "overlaps "
                                + theirs
                                + " of "
                                + other
                                + ": an address belongs to one place, narrow one of the two");
            }
        }
    }

    private void problem(String field, Object value, String remedy) {
        problems.add(new Problem(field, value.toString(), remedy));
    }

    private static boolean overlap(IpPrefix one, IpPrefix other) {
        return one.contains(other) || other.contains(one);
    }

    private static IpPrefix hostOrPrefix(String text) {
        return text.indexOf('/') >= 0
                ? IpPrefix.valueOf(text)
                : IpAddress.valueOf(text).toIpPrefix();
    }
}

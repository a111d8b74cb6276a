// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.getvpn.app.config.Site;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;

/** What the edge switch of one site shall enforce. */
public final class SitePolicy {
    private final Site site;
    private final List<PolicyLine> lines;
    private final List<IpAddress> keyServers;
    private final int gdoiPort;
    private final MemberAccess access;
    private final Optional<RekeyGroup> rekeyGroup;
    private final Migration migration;

    /**
     * @param site ports and prefixes
     * @param lines the site's own exceptions, then its group's policy; the first match decides
     * @param keyServers with whom the member speaks GDOI
     * @param gdoiPort the key servers' UDP port, 1 to 65535
     * @param access whether the site's member may take part
     */
    public SitePolicy(
            Site site,
            List<PolicyLine> lines,
            List<IpAddress> keyServers,
            int gdoiPort,
            MemberAccess access) {
        this(site, lines, keyServers, gdoiPort, access, Optional.empty());
    }

    /**
     * The same where the group's rekeys may come by multicast.
     *
     * @param rekeyGroup what the site's member listens to; empty if it gets copies only
     */
    public SitePolicy(
            Site site,
            List<PolicyLine> lines,
            List<IpAddress> keyServers,
            int gdoiPort,
            MemberAccess access,
            Optional<RekeyGroup> rekeyGroup) {
        this(site, lines, keyServers, gdoiPort, access, rekeyGroup, Migration.CLOSED);
    }

    private SitePolicy(
            Site site,
            List<PolicyLine> lines,
            List<IpAddress> keyServers,
            int gdoiPort,
            MemberAccess access,
            Optional<RekeyGroup> rekeyGroup,
            Migration migration) {
        this.migration = access == MemberAccess.EVICTED ? Migration.CLOSED : migration;
        this.rekeyGroup = access == MemberAccess.EVICTED ? Optional.empty() : rekeyGroup;
        this.site = Objects.requireNonNull(site);
        this.lines = List.copyOf(lines);
        this.keyServers = List.copyOf(keyServers);
        this.gdoiPort = gdoiPort;
        this.access = Objects.requireNonNull(access);
    }

    /**
     * The same while the site's group migrates. A site whose member was put out stays closed; from
     * a passive one nothing leaves past the member.
     */
    SitePolicy at(Migration next) {
        Migration here = site.isPassive() && next == Migration.OPEN ? Migration.TURNING : next;
        return new SitePolicy(site, lines, keyServers, gdoiPort, access, rekeyGroup, here);
    }

    /** Ports and prefixes. */
    public Site site() {
        return site;
    }

    /** The first match decides; no match drops. */
    public List<PolicyLine> lines() {
        return lines;
    }

    /**
     * Multicast prefixes that the site may send to and receives, of the IP versions that it has;
     * each inside no other. What a line only drops is none, nor is a wider prefix that has
     * multicast in it.
     */
    public List<IpPrefix> multicastDestinations() {
        List<IpPrefix> named =
                lines.stream()
                        .filter(line -> line.action() != PolicyLine.Action.DROP)
                        .map(line -> IpPrefix.valueOf(line.destination()))
                        .filter(prefix -> prefix.isMulticast() && site.has(prefix.version()))
                        .distinct()
                        .collect(Collectors.toList());
        return named.stream()
                .filter(
                        one ->
                                named.stream()
                                        .noneMatch(
                                                other -> !other.equals(one) && other.contains(one)))
                .collect(Collectors.toUnmodifiableList());
    }

    /** Whether something that a line names may leave the site for {@code group} in clear. */
    public boolean letsLeave(IpPrefix group) {
        return lines.stream()
                .filter(this::letsLeave)
                .anyMatch(line -> group.contains(IpPrefix.valueOf(line.destination())));
    }

    /** With whom the member speaks GDOI. */
    public List<IpAddress> keyServers() {
        return keyServers;
    }

    /** The key servers' UDP port. */
    public int gdoiPort() {
        return gdoiPort;
    }

    /** Where the site's member hears rekeys; empty for copies only, and if it was put out. */
    public Optional<RekeyGroup> rekeyGroup() {
        return rekeyGroup;
    }

    /** What passes in clear of what PROTECT lines name. */
    public Migration migration() {
        return migration;
    }

    /** Whether packets of such a line may leave the site in clear. */
    public boolean letsLeave(PolicyLine line) {
        return line.action() == PolicyLine.Action.BYPASS
                || line.action() == PolicyLine.Action.PROTECT && migration.letsLeave();
    }

    /** Whether packets of such a line may arrive at the site in clear. */
    public boolean letsArrive(PolicyLine line) {
        return line.action() == PolicyLine.Action.BYPASS
                || line.action() == PolicyLine.Action.PROTECT && migration.letsArrive();
    }

    /** Whether the site's member may take part. */
    public MemberAccess access() {
        return access;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.List;
import java.util.Map;
import org.getvpn.app.config.Site;
import org.getvpn.app.policy.SitePolicy;
import org.onlab.packet.EthType.EtherType;
import org.onlab.packet.IpAddress;
import org.onosproject.net.PortNumber;

/** What a site's ports are, what of them the controller sees, and by which ports what may leave. */
final class PortEntries {
    private final Site site;
    private final int number;

    PortEntries(SitePolicy policy, int number) {
        this.site = policy.site();
        this.number = number;
    }

    void addTo(EntryList entries) {
        Map<Role, List<PortNumber>> ports =
                Map.of(
                        Role.LOCAL, site.ports().local(),
                        Role.MEMBER, List.of(site.memberPort()),
                        Role.WAN, site.ports().wan());
        for (Role role : Role.values()) {
            for (PortNumber port : ports.get(role)) {
                entries.permit(
                        Table.PORT_ROLE,
                        EntryMatch.port(port.toLong()),
                        Action.setRole(role, number),
                        site.name(),
                        role.name().toLowerCase(java.util.Locale.ROOT) + " port");
            }
        }
        punt(entries, Role.LOCAL, EtherType.ARP, "ARP is answered by the application");
        punt(entries, Role.MEMBER, EtherType.ARP, "ARP is answered by the application");
        if (site.has(IpAddress.Version.INET6)) {
            for (Role role : List.of(Role.LOCAL, Role.MEMBER)) {
                entries.permit(
                        Table.PUNT,
                        EntryMatch.discovery(role),
                        Action.SEND_TO_CONTROLLER,
                        "",
                        "neighbour discovery is answered by the application");
            }
        }
        punt(entries, Role.WAN, EtherType.LLDP, "topology discovery");
        punt(entries, Role.WAN, EtherType.BDDP, "topology discovery");
        site.ports().wan().forEach(port -> egress(entries, Role.WAN, port, "to the WAN"));
        site.ports().local().forEach(port -> egress(entries, Role.LOCAL, port, "to the site"));
        // GDOI goes to the member's own address; whom nobody knows yet the controller asks for
        egress(entries, Role.LOCAL, site.memberPort(), "to the member's address");
        egress(entries, Role.LOCAL, Action.CONTROLLER, "host not known yet");
        addCopies(entries);
    }

    /** What a member may see its site may see too. */
    private void addCopies(EntryList entries) {
        site.ports().wan().forEach(port -> copy(entries, Role.WAN, port, "multicast to the WAN"));
        for (PortNumber port : site.ports().local()) {
            copy(entries, Role.LOCAL, port, "multicast to the site");
            copy(entries, Role.MEMBER, port, "multicast inside the site");
        }
        copy(entries, Role.MEMBER, site.memberPort(), "multicast to the member");
    }

    private void copy(EntryList entries, Role onlyTo, PortNumber port, String purpose) {
        entries.permit(
                Table.COPY_GUARD,
                EntryMatch.egress(onlyTo, port.toLong()),
                Action.PERMIT_COPY,
                site.name(),
                purpose);
    }

    private static void punt(EntryList entries, Role role, EtherType type, String purpose) {
        entries.permit(
                Table.PUNT,
                EntryMatch.frames(role, type.ethType().toShort()),
                Action.SEND_TO_CONTROLLER,
                "",
                purpose);
    }

    private void egress(EntryList entries, Role onlyTo, PortNumber port, String purpose) {
        entries.permit(
                Table.EGRESS_GUARD,
                EntryMatch.egress(onlyTo, port.toLong()),
                Action.PERMIT,
                site.name(),
                purpose);
    }
}

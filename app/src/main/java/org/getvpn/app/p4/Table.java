// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.Locale;
import org.onlab.packet.IpAddress;
import org.onosproject.net.pi.model.PiTableId;

/**
 * Tables of {@code group_member.p4}, in the order of their ids. A packet meets those of its IP
 * version.
 */
public enum Table {
    /** what a port is */
    PORT_ROLE,
    /** frames for the controller */
    PUNT,
    /** which sources a site has */
    SOURCE_GUARD,
    /** the group's ordered lines */
    OUTBOUND_POLICY,
    /** what a member may emit */
    MEMBER_GUARD,
    /** which SPIs reach the member */
    INBOUND_SPI,
    /** everything else that comes from the WAN */
    WAN_GUARD,
    /** next hops and hosts */
    ROUTE,
    /** by which ports a guarded packet may leave */
    EGRESS_GUARD,
    /** what of GDOI comes faster than the meter allows */
    GDOI_LIMIT,
    /** which IPv6 sources a site has */
    SOURCE_GUARD_IPV6,
    /** the group's ordered lines for IPv6 */
    OUTBOUND_POLICY_IPV6,
    /** what a member may emit over IPv6 */
    MEMBER_GUARD_IPV6,
    /** everything else that comes from the WAN over IPv6 */
    WAN_GUARD_IPV6,
    /** next hops and hosts of IPv6 */
    ROUTE_IPV6,
    /** by which ports copies of multicast may leave */
    COPY_GUARD;

    /**
     * The table that does for an IP version what this one does for IPv4.
     *
     * @throws IllegalArgumentException for one that is the same for both
     */
    Table of(IpAddress.Version version) {
        return version == IpAddress.Version.INET ? this : valueOf(name() + "_IPV6");
    }

    /** The name in the p4info. */
    public PiTableId id() {
        String control = this == COPY_GUARD ? "GroupMemberEgress." : "GroupMember.";
        return PiTableId.of(control + name().toLowerCase(Locale.ROOT));
    }
}

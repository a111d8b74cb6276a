// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import org.getvpn.gm.p4.Entry;
import org.getvpn.gm.p4.TableSnapshot;
import org.getvpn.gm.p4.WideKey;
import org.getvpn.gm.packet.Octets;

/** IPv6: its tables are named like those of IPv4, with {@code _ipv6} behind. */
final class Ipv6Tables implements VersionTables {
    private static final int HOP_LIMIT = 7;

    private final WideKey key = new WideKey();

    @Override
    public SwitchDrop refusal(ParsedPacket packet) {
        return packet.hops() <= 1 ? SwitchDrop.TTL_EXPIRED : null;
    }

    @Override
    public Entry sourceGuard(TableSnapshot tables, ParsedPacket packet, int site) {
        source(key.begin().put(site, 16), packet);
        return tables.apply(ProgramTables.SOURCE_GUARD_IPV6, key, packet.octets());
    }

    @Override
    public Entry outboundPolicy(TableSnapshot tables, ParsedPacket packet, int site) {
        flow(packet, site);
        return tables.apply(ProgramTables.OUTBOUND_POLICY_IPV6, key, packet.octets());
    }

    @Override
    public Entry memberGuard(TableSnapshot tables, ParsedPacket packet, int site) {
        key.begin().put(site, 16).put(packet.isEsp() ? 1 : 0, 1).put(packet.isGdoi() ? 1 : 0, 1);
        destination(source(key, packet), packet);
        return tables.apply(ProgramTables.MEMBER_GUARD_IPV6, key, packet.octets());
    }

    @Override
    public Entry wanGuard(TableSnapshot tables, ParsedPacket packet, int site) {
        flow(packet, site).put(packet.icmpType(), 8);
        return tables.apply(ProgramTables.WAN_GUARD_IPV6, key, packet.octets());
    }

    @Override
    public Entry route(TableSnapshot tables, ParsedPacket packet) {
        return tables.apply(
                ProgramTables.ROUTE_IPV6,
                packet.destinationHigh(),
                packet.destination(),
                packet.octets());
    }

    @Override
    public void takeHop(ParsedPacket packet) {
        Octets.put8(packet.frame(), packet.ip() + HOP_LIMIT, packet.hops() - 1);
    }

    private WideKey flow(ParsedPacket packet, int site) {
        source(key.begin().put(site, 16), packet);
        return destination(key, packet)
                .put(packet.protocol(), 8)
                .put(packet.sourcePort(), 16)
                .put(packet.destinationPort(), 16);
    }

    private static WideKey source(WideKey key, ParsedPacket packet) {
        return key.put(packet.sourceHigh(), 64).put(packet.source(), 64);
    }

    private static WideKey destination(WideKey key, ParsedPacket packet) {
        return key.put(packet.destinationHigh(), 64).put(packet.destination(), 64);
    }
}

// SPDX-License-Identifier: Apache-2.0
//
// A switch as group member: it steers, enforces and counts. It never holds a key.
//
//   local port  --> source guard --> outbound policy --> PROTECT: member port
//                                                        BYPASS:  forwarding
//                                                        DROP, or no line: dropped, counted
//   member port --> ESP of the site to a WAN port, clear text to the site, GDOI to a key server
//                   as fast as the port's meter allows;
//                   anything else is dropped as clear text from the member
//   WAN port    --> ESP with an announced SPI, GDOI, ICMP "too big": member port;
//                   rekeys by multicast: the ports of all members that listen;
//                   clear text that the policy protects is dropped and counted
//
// Multicast goes the same ways: a guard then names a group of ports in place of a route, and
// each copy passes a guard of its own.
//
// IPv6 meets tables of its own, made like those of IPv4. Every table counts per entry, and every
// default action on a protected port drops. Ids are annotated, so that they stay when tables are
// added.

#include <core.p4>
#include <v1model.p4>
#include "headers.p4"
#include "parser.p4"

control GroupMember(inout headers_t hdr, inout metadata_t meta,
                    inout standard_metadata_t standard) {

    @id(0x13000001) direct_counter(CounterType.packets_and_bytes) port_role_counter;
    @id(0x13000002) direct_counter(CounterType.packets_and_bytes) punt_counter;
    @id(0x13000003) direct_counter(CounterType.packets_and_bytes) source_guard_counter;
    @id(0x13000004) direct_counter(CounterType.packets_and_bytes) outbound_policy_counter;
    @id(0x13000005) direct_counter(CounterType.packets_and_bytes) member_guard_counter;
    @id(0x13000006) direct_counter(CounterType.packets_and_bytes) inbound_spi_counter;
    @id(0x13000007) direct_counter(CounterType.packets_and_bytes) wan_guard_counter;
    @id(0x13000008) direct_counter(CounterType.packets_and_bytes) route_counter;
    @id(0x13000009) direct_counter(CounterType.packets_and_bytes) egress_guard_counter;
    @id(0x1300000a) direct_counter(CounterType.packets_and_bytes) gdoi_limit_counter;
    @id(0x1300000b) direct_counter(CounterType.packets_and_bytes) source_guard_ipv6_counter;
    @id(0x1300000c) direct_counter(CounterType.packets_and_bytes) outbound_policy_ipv6_counter;
    @id(0x1300000d) direct_counter(CounterType.packets_and_bytes) member_guard_ipv6_counter;
    @id(0x1300000e) direct_counter(CounterType.packets_and_bytes) wan_guard_ipv6_counter;
    @id(0x1300000f) direct_counter(CounterType.packets_and_bytes) route_ipv6_counter;

    // GDOI from each port towards key servers. One that nobody set is green always.
    @id(0x14000001) meter(512, MeterType.packets) gdoi_meter;

    @id(0x01000001) action drop() {
        mark_to_drop(standard);
        exit;
    }

    @id(0x01000002) action set_role(Role role, bit<16> site) {
        meta.role = role;
        meta.site = site;
    }

    @id(0x01000003) action send_to_controller() {
        standard.egress_spec = PORT_CONTROLLER;
        exit;
    }

    @id(0x01000004) action accept_source() { }

    @id(0x01000005) action protect(port_t member_port) {
        standard.egress_spec = member_port;
        exit;
    }

    @id(0x01000006) action bypass() {
        meta.forward = 1;
    }

    @id(0x01000007) action to_wan() {
        meta.forward = 1;
        meta.only_to = Role.WAN;
    }

    @id(0x01000008) action to_local() {
        meta.forward = 1;
        meta.only_to = Role.LOCAL;
    }

    @id(0x01000009) action to_member(port_t member_port) {
        standard.egress_spec = member_port;
        exit;
    }

    @id(0x0100000a) action deliver(port_t port, mac_t src, mac_t dst) {
        standard.egress_spec = port;
        hdr.ethernet.src = src;
        hdr.ethernet.dst = dst;
    }

    // Multicast that goes on: one copy to each port of the group, in place of a route. A group that
    // is not there, 0 above all, drops.
    @id(0x0100000b) action replicate(bit<16> group, Role only_to) {
        mark_to_drop(standard);
        standard.mcast_grp = group;
        meta.forward = 1;
        meta.copied = 1;
        meta.only_to = only_to;
    }

    @id(0x0100000c) action permit() { }

    // Multicast that stays, rekeys for the members and data for a site's: one copy to each port of
    // the group, as it came.
    @id(0x0100000d) action copy(bit<16> group) {
        mark_to_drop(standard);
        standard.mcast_grp = group;
        meta.only_to = Role.MEMBER;
        exit;
    }

    // Which part of the site hangs on the port.
    @id(0x02000001) table port_role {
        key = { standard.ingress_port: exact @name("port"); }
        actions = { set_role; drop; }
        const default_action = drop();
        counters = port_role_counter;
        size = 512;
    }

    // Frames for the controller: ARP, ND and LLDP of this port.
    @id(0x02000002) table punt {
        key = {
            meta.role: exact @name("role");
            hdr.ethernet.type: exact @name("ether_type");
            meta.nd: exact @name("nd");
        }
        actions = { send_to_controller; NoAction; }
        const default_action = NoAction();
        counters = punt_counter;
        size = 64;
    }

    // A source address belongs to its site: what comes from a local port from elsewhere is dropped.
    @id(0x02000003) table source_guard {
        key = {
            meta.site: exact @name("site");
            hdr.ipv4.src: lpm @name("ipv4_src");
        }
        actions = { accept_source; drop; }
        const default_action = drop();
        counters = source_guard_counter;
        size = 1024;
    }

    // The group's ordered policy. No line: dropped.
    @id(0x02000004) table outbound_policy {
        key = {
            meta.site: exact @name("site");
            hdr.ipv4.src: ternary @name("ipv4_src");
            hdr.ipv4.dst: ternary @name("ipv4_dst");
            meta.protocol: ternary @name("protocol");
            meta.src_port: ternary @name("src_port");
            meta.dst_port: ternary @name("dst_port");
        }
        actions = { protect; bypass; copy; replicate; drop; }
        const default_action = drop();
        counters = outbound_policy_counter;
        size = 4096;
    }

    // What a pipeline may emit. No line: clear text from the member, dropped.
    @id(0x02000005) table member_guard {
        key = {
            meta.site: exact @name("site");
            hdr.esp.isValid(): exact @name("esp");
            meta.gdoi: exact @name("gdoi");
            hdr.ipv4.src: ternary @name("ipv4_src");
            hdr.ipv4.dst: ternary @name("ipv4_dst");
        }
        actions = { to_wan; to_local; replicate; drop; }
        const default_action = drop();
        counters = member_guard_counter;
        size = 1024;
    }

    // Announced SPIs only. No line: the WAN guard decides, and counts, as for any other packet;
    // its entries let no ESP through.
    @id(0x02000006) table inbound_spi {
        key = {
            meta.site: exact @name("site");
            hdr.esp.spi: exact @name("spi");
        }
        actions = { to_member; drop; NoAction; }
        const default_action = NoAction();
        counters = inbound_spi_counter;
        size = 256;
    }

    // Everything from the WAN that is not ESP with an announced SPI. No line: dropped.
    @id(0x02000007) table wan_guard {
        key = {
            meta.site: exact @name("site");
            hdr.ipv4.src: ternary @name("ipv4_src");
            hdr.ipv4.dst: ternary @name("ipv4_dst");
            meta.protocol: ternary @name("protocol");
            meta.src_port: ternary @name("src_port");
            meta.dst_port: ternary @name("dst_port");
            hdr.icmp.type: ternary @name("icmp_type");
        }
        actions = { to_member; to_local; copy; replicate; drop; }
        const default_action = drop();
        counters = wan_guard_counter;
        size = 4096;
    }

    // The next hop of a prefix.
    @id(0x02000008) table route {
        key = { hdr.ipv4.dst: lpm @name("ipv4_dst"); }
        actions = { deliver; drop; }
        const default_action = drop();
        counters = route_counter;
        size = 4096;
    }

    // Where a packet that came through a guard may leave: never by another role than permitted.
    @id(0x02000009) table egress_guard {
        key = {
            meta.only_to: exact @name("only_to");
            standard.egress_spec: exact @name("port");
        }
        actions = { permit; drop; }
        const default_action = drop();
        counters = egress_guard_counter;
        size = 1024;
    }

    // What the meter found too fast. No line: as if there were no meter.
    @id(0x0200000a) table gdoi_limit {
        key = {
            standard.ingress_port: exact @name("port");
            meta.colour: exact @name("colour");
        }
        actions = { permit; drop; NoAction; }
        const default_action = NoAction();
        counters = gdoi_limit_counter;
        size = 1024;
    }

    @id(0x0200000b) table source_guard_ipv6 {
        key = {
            meta.site: exact @name("site");
            hdr.ipv6.src: lpm @name("ipv6_src");
        }
        actions = { accept_source; drop; }
        const default_action = drop();
        counters = source_guard_ipv6_counter;
        size = 1024;
    }

    @id(0x0200000c) table outbound_policy_ipv6 {
        key = {
            meta.site: exact @name("site");
            hdr.ipv6.src: ternary @name("ipv6_src");
            hdr.ipv6.dst: ternary @name("ipv6_dst");
            meta.protocol: ternary @name("protocol");
            meta.src_port: ternary @name("src_port");
            meta.dst_port: ternary @name("dst_port");
        }
        actions = { protect; bypass; copy; replicate; drop; }
        const default_action = drop();
        counters = outbound_policy_ipv6_counter;
        size = 4096;
    }

    @id(0x0200000d) table member_guard_ipv6 {
        key = {
            meta.site: exact @name("site");
            hdr.esp.isValid(): exact @name("esp");
            meta.gdoi: exact @name("gdoi");
            hdr.ipv6.src: ternary @name("ipv6_src");
            hdr.ipv6.dst: ternary @name("ipv6_dst");
        }
        actions = { to_wan; to_local; replicate; drop; }
        const default_action = drop();
        counters = member_guard_ipv6_counter;
        size = 1024;
    }

    @id(0x0200000e) table wan_guard_ipv6 {
        key = {
            meta.site: exact @name("site");
            hdr.ipv6.src: ternary @name("ipv6_src");
            hdr.ipv6.dst: ternary @name("ipv6_dst");
            meta.protocol: ternary @name("protocol");
            meta.src_port: ternary @name("src_port");
            meta.dst_port: ternary @name("dst_port");
            hdr.icmp.type: ternary @name("icmp_type");
        }
        actions = { to_member; to_local; replicate; drop; }
        const default_action = drop();
        counters = wan_guard_ipv6_counter;
        size = 4096;
    }

    @id(0x0200000f) table route_ipv6 {
        key = { hdr.ipv6.dst: lpm @name("ipv6_dst"); }
        actions = { deliver; drop; }
        const default_action = drop();
        counters = route_ipv6_counter;
        size = 4096;
    }

    apply {
        if (hdr.packet_out.isValid()) {
            standard.egress_spec = hdr.packet_out.egress_port;
            hdr.packet_out.setInvalid();
            exit;
        }
        meta.ingress_port = standard.ingress_port;
        if (hdr.ipv6.isValid() && hdr.ipv6.hop_limit == ND_HOP_LIMIT
                && meta.protocol == PROTOCOL_ICMP6 && hdr.icmp.isValid()
                && hdr.icmp.type >= ND_FIRST && hdr.icmp.type <= ND_LAST) {
            meta.nd = 1;
        }
        port_role.apply();
        punt.apply();
        if (hdr.ipv4.isValid()) {
            if (standard.checksum_error == 1 || hdr.ipv4.ttl <= 1) {
                drop();
            }
        } else if (!hdr.ipv6.isValid() || hdr.ipv6.hop_limit <= 1) {
            drop();
        }
        if (meta.protocol == PROTOCOL_UDP
                && (meta.dst_port == PORT_GDOI || (meta.src_port == 0 && meta.dst_port == 0))) {
            meta.gdoi = 1;
        }
        if (meta.role == Role.LOCAL) {
            if (hdr.ipv4.isValid()) {
                source_guard.apply();
                outbound_policy.apply();
            } else {
                source_guard_ipv6.apply();
                outbound_policy_ipv6.apply();
            }
        } else if (meta.role == Role.MEMBER) {
            if (hdr.ipv4.isValid()) {
                member_guard.apply();
            } else {
                member_guard_ipv6.apply();
            }
            if (meta.gdoi == 1 && meta.only_to == Role.WAN) {
                gdoi_meter.execute_meter((bit<32>) standard.ingress_port, meta.colour);
                gdoi_limit.apply();
            }
        } else if (meta.role == Role.WAN) {
            if (hdr.esp.isValid()) {
                inbound_spi.apply();
            }
            if (hdr.ipv4.isValid()) {
                wan_guard.apply();
            } else {
                wan_guard_ipv6.apply();
            }
        } else {
            drop();
        }
        if (meta.forward == 0) {
            drop();
        }
        if (hdr.ipv4.isValid()) {
            if (meta.copied == 0) {
                route.apply();
            }
            hdr.ipv4.ttl = hdr.ipv4.ttl - 1;
        } else {
            if (meta.copied == 0) {
                route_ipv6.apply();
            }
            hdr.ipv6.hop_limit = hdr.ipv6.hop_limit - 1;
        }
        if (meta.copied == 0 && meta.only_to != Role.NONE) {
            egress_guard.apply();
        }
    }
}

control GroupMemberEgress(inout headers_t hdr, inout metadata_t meta,
                          inout standard_metadata_t standard) {

    @id(0x13000010) direct_counter(CounterType.packets_and_bytes) copy_guard_counter;

    @id(0x0100000e) action permit_copy() { }

    @id(0x0100000f) action drop_copy() {
        mark_to_drop(standard);
    }

    // Where a copy may leave: whatever the group says, none by another role than permitted. What a
    // member may see, MEMBER, its site may see too.
    @id(0x02000010) table copy_guard {
        key = {
            meta.only_to: exact @name("only_to");
            standard.egress_port: exact @name("port");
        }
        actions = { permit_copy; drop_copy; }
        const default_action = drop_copy();
        counters = copy_guard_counter;
        size = 1024;
    }

    apply {
        if (standard.egress_port == PORT_CONTROLLER) {
            hdr.packet_in.setValid();
            hdr.packet_in.ingress_port = meta.ingress_port;
            hdr.packet_in.reserved = 0;
        } else if (standard.mcast_grp != 0) {
            if (standard.egress_port == meta.ingress_port) {
                drop_copy(); // never back
            } else if (meta.only_to != Role.NONE) {
                copy_guard.apply();
            }
        }
    }
}

V1Switch(SwitchParser(), VerifyIpv4Checksum(), GroupMember(), GroupMemberEgress(), UpdateIpv4Checksum(),
         SwitchDeparser()) main;

// SPDX-License-Identifier: Apache-2.0
//
// A switch as group member: it steers, enforces and counts. It never holds a key.
//
//   local port  --> source guard --> outbound policy --> PROTECT: member port
//                                                        BYPASS:  forwarding
//                                                        DROP, or no line: dropped, counted
//   member port --> ESP of the site to a WAN port, GDOI to a key server, clear text to the site;
//                   anything else is dropped as clear text from the member
//   WAN port    --> ESP with an announced SPI, GDOI, ICMP "too big": member port;
//                   rekeys by multicast: the ports of all members that listen;
//                   clear text that the policy protects is dropped and counted
//
// Every table counts per entry, and every default action on a protected port drops. Ids are
// annotated, so that they stay when tables are added.

#include <core.p4>
#include <v1model.p4>

typedef bit<9>  port_t;
typedef bit<48> mac_t;
typedef bit<32> ipv4_t;

const bit<16> ETHERTYPE_IPV4 = 0x0800;
const bit<16> ETHERTYPE_ARP  = 0x0806;
const bit<8>  PROTOCOL_ICMP  = 1;
const bit<8>  PROTOCOL_TCP   = 6;
const bit<8>  PROTOCOL_UDP   = 17;
const bit<8>  PROTOCOL_ESP   = 50;
const bit<16> PORT_GDOI      = 848;
const bit<8>  ICMP_UNREACHABLE = 3;
const port_t  PORT_CONTROLLER  = 510;

// What a port is. A port without a role carries nothing.
enum bit<3> Role {
    NONE       = 0,
    LOCAL      = 1,
    MEMBER     = 2,
    WAN        = 3,
    CONTROLLER = 4
}

@controller_header("packet_in")
header packet_in_t {
    bit<9> ingress_port;
    bit<7> reserved;
}

@controller_header("packet_out")
header packet_out_t {
    bit<9> egress_port;
    bit<7> reserved;
}

header ethernet_t {
    mac_t   dst;
    mac_t   src;
    bit<16> type;
}

header ipv4_header_t {
    bit<4>  version;
    bit<4>  ihl;
    bit<8>  tos;
    bit<16> total_length;
    bit<16> identification;
    bit<1>  reserved_flag;
    bit<1>  dont_fragment;
    bit<1>  more_fragments;
    bit<13> fragment_offset;
    bit<8>  ttl;
    bit<8>  protocol;
    bit<16> checksum;
    ipv4_t  src;
    ipv4_t  dst;
}

// The first four octets of TCP and UDP alike.
header ports_t {
    bit<16> src;
    bit<16> dst;
}

header icmp_t {
    bit<8>  type;
    bit<8>  code;
    bit<16> checksum;
}

// RFC 4303, section 2. Everything after these eight octets is encrypted, the time of the
// time-based anti-replay header too: a switch without keys cannot check it.
header esp_t {
    bit<32> spi;
    bit<32> sequence;
}

struct headers_t {
    packet_out_t  packet_out;
    packet_in_t   packet_in;
    ethernet_t    ethernet;
    ipv4_header_t ipv4;
    ports_t       ports;
    icmp_t        icmp;
    esp_t         esp;
}

struct metadata_t {
    @field_list(1)
    port_t  ingress_port;
    Role    role;
    bit<16> site;          // 0: none
    bit<16> src_port;
    bit<16> dst_port;
    bit<1>  gdoi;          // to UDP port 848, or UDP without ports as later fragments are
    bit<1>  forward;       // goes on to the forwarding tables
    Role    only_to;       // the role that the egress port must have; NONE for any
}

parser SwitchParser(packet_in packet, out headers_t hdr, inout metadata_t meta,
                    inout standard_metadata_t standard) {
    state start {
        transition select(standard.ingress_port) {
            PORT_CONTROLLER: parse_packet_out;
            default: parse_ethernet;
        }
    }
    state parse_packet_out {
        packet.extract(hdr.packet_out);
        transition parse_ethernet;
    }
    state parse_ethernet {
        packet.extract(hdr.ethernet);
        transition select(hdr.ethernet.type) {
            ETHERTYPE_IPV4: parse_ipv4;
            default: accept;
        }
    }
    state parse_ipv4 {
        packet.extract(hdr.ipv4);
        // Options and later fragments have no ports in reach: they match lines without ports only.
        transition select(hdr.ipv4.ihl, hdr.ipv4.fragment_offset, hdr.ipv4.protocol) {
            (5, 0, PROTOCOL_TCP): parse_ports;
            (5, 0, PROTOCOL_UDP): parse_ports;
            (5, 0, PROTOCOL_ICMP): parse_icmp;
            (5, 0, PROTOCOL_ESP): parse_esp;
            default: accept;
        }
    }
    state parse_ports {
        packet.extract(hdr.ports);
        meta.src_port = hdr.ports.src;
        meta.dst_port = hdr.ports.dst;
        transition accept;
    }
    state parse_icmp {
        packet.extract(hdr.icmp);
        transition accept;
    }
    state parse_esp {
        packet.extract(hdr.esp);
        transition accept;
    }
}

control VerifyIpv4Checksum(inout headers_t hdr, inout metadata_t meta) {
    apply {
        verify_checksum(hdr.ipv4.isValid() && hdr.ipv4.ihl == 5,
            { hdr.ipv4.version, hdr.ipv4.ihl, hdr.ipv4.tos, hdr.ipv4.total_length,
              hdr.ipv4.identification, hdr.ipv4.reserved_flag, hdr.ipv4.dont_fragment,
              hdr.ipv4.more_fragments, hdr.ipv4.fragment_offset, hdr.ipv4.ttl,
              hdr.ipv4.protocol, hdr.ipv4.src, hdr.ipv4.dst },
            hdr.ipv4.checksum, HashAlgorithm.csum16);
    }
}

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
        hdr.ipv4.ttl = hdr.ipv4.ttl - 1;
    }

    @id(0x0100000b) action replicate(bit<16> group) {
        standard.mcast_grp = group;
        hdr.ipv4.ttl = hdr.ipv4.ttl - 1;
    }

    @id(0x0100000c) action permit() { }

    // A rekey for all: one copy to each port of the group, past the routes and as it came. A group
    // that is not there, 0 above all, drops.
    @id(0x0100000d) action to_members(bit<16> group) {
        mark_to_drop(standard);
        standard.mcast_grp = group;
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
            hdr.ipv4.protocol: ternary @name("protocol");
            meta.src_port: ternary @name("src_port");
            meta.dst_port: ternary @name("dst_port");
        }
        actions = { protect; bypass; drop; }
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
        actions = { to_wan; to_local; drop; }
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
            hdr.ipv4.protocol: ternary @name("protocol");
            meta.src_port: ternary @name("src_port");
            meta.dst_port: ternary @name("dst_port");
            hdr.icmp.type: ternary @name("icmp_type");
        }
        actions = { to_member; to_local; to_members; drop; }
        const default_action = drop();
        counters = wan_guard_counter;
        size = 4096;
    }

    // The next hop of a prefix, or a replication group.
    @id(0x02000008) table route {
        key = { hdr.ipv4.dst: lpm @name("ipv4_dst"); }
        actions = { deliver; replicate; drop; }
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

    apply {
        if (hdr.packet_out.isValid()) {
            standard.egress_spec = hdr.packet_out.egress_port;
            hdr.packet_out.setInvalid();
            exit;
        }
        meta.ingress_port = standard.ingress_port;
        port_role.apply();
        punt.apply();
        if (!hdr.ipv4.isValid() || standard.checksum_error == 1 || hdr.ipv4.ttl <= 1) {
            drop();
        }
        if (hdr.ipv4.protocol == PROTOCOL_UDP
                && (meta.dst_port == PORT_GDOI || (meta.src_port == 0 && meta.dst_port == 0))) {
            meta.gdoi = 1;
        }
        if (meta.role == Role.LOCAL) {
            source_guard.apply();
            outbound_policy.apply();
        } else if (meta.role == Role.MEMBER) {
            member_guard.apply();
        } else if (meta.role == Role.WAN) {
            if (hdr.esp.isValid()) {
                inbound_spi.apply();
            }
            wan_guard.apply();
        } else {
            drop();
        }
        if (meta.forward == 1) {
            route.apply();
            if (meta.only_to != Role.NONE) {
                egress_guard.apply();
            }
        } else {
            drop();
        }
    }
}

control MarkIngressPort(inout headers_t hdr, inout metadata_t meta, inout standard_metadata_t standard) {
    apply {
        if (standard.egress_port == PORT_CONTROLLER) {
            hdr.packet_in.setValid();
            hdr.packet_in.ingress_port = meta.ingress_port;
            hdr.packet_in.reserved = 0;
        } else if (standard.mcast_grp != 0 && standard.egress_port == meta.ingress_port) {
            mark_to_drop(standard);
        }
    }
}

control UpdateIpv4Checksum(inout headers_t hdr, inout metadata_t meta) {
    apply {
        update_checksum(hdr.ipv4.isValid() && hdr.ipv4.ihl == 5,
            { hdr.ipv4.version, hdr.ipv4.ihl, hdr.ipv4.tos, hdr.ipv4.total_length,
              hdr.ipv4.identification, hdr.ipv4.reserved_flag, hdr.ipv4.dont_fragment,
              hdr.ipv4.more_fragments, hdr.ipv4.fragment_offset, hdr.ipv4.ttl,
              hdr.ipv4.protocol, hdr.ipv4.src, hdr.ipv4.dst },
            hdr.ipv4.checksum, HashAlgorithm.csum16);
    }
}

control SwitchDeparser(packet_out packet, in headers_t hdr) {
    apply {
        packet.emit(hdr.packet_in);
        packet.emit(hdr.ethernet);
        packet.emit(hdr.ipv4);
        packet.emit(hdr.ports);
        packet.emit(hdr.icmp);
        packet.emit(hdr.esp);
    }
}

V1Switch(SwitchParser(), VerifyIpv4Checksum(), GroupMember(), MarkIngressPort(), UpdateIpv4Checksum(),
         SwitchDeparser()) main;

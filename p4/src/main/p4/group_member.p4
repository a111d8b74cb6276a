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
// IPv6 meets tables of its own, made like those of IPv4. Every table counts per entry, and every
// default action on a protected port drops. Ids are annotated, so that they stay when tables are
// added.

#include <core.p4>
#include <v1model.p4>

typedef bit<9>  port_t;
typedef bit<48> mac_t;
typedef bit<32> ipv4_t;
typedef bit<128> ipv6_t;

const bit<16> ETHERTYPE_IPV4 = 0x0800;
const bit<16> ETHERTYPE_IPV6 = 0x86dd;
const bit<8>  PROTOCOL_ICMP  = 1;
const bit<8>  PROTOCOL_TCP   = 6;
const bit<8>  PROTOCOL_UDP   = 17;
const bit<8>  PROTOCOL_ESP   = 50;
const bit<8>  PROTOCOL_ICMP6 = 58;
const bit<16> PORT_GDOI      = 848;
const port_t  PORT_CONTROLLER = 510;

// RFC 4861: types 133 to 137, and what nobody forwarded has hop limit 255.
const bit<8> ND_FIRST = 133;
const bit<8> ND_LAST  = 137;
const bit<8> ND_HOP_LIMIT = 255;

// The protocol of an IPv6 packet that hides it behind extension headers (RFC 8200, section 4). It
// is nobody's number (IANA reserves it), so that a line for it meets nothing else.
const bit<8> PROTOCOL_HIDDEN = 255;

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

header ipv6_header_t {
    bit<4>  version;
    bit<8>  traffic_class;
    bit<20> flow_label;
    bit<16> payload_length;
    bit<8>  next_header;
    bit<8>  hop_limit;
    ipv6_t  src;
    ipv6_t  dst;
}

// The first four octets of TCP and UDP alike.
header ports_t {
    bit<16> src;
    bit<16> dst;
}

// ICMP and ICMPv6 alike.
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
    ipv6_header_t ipv6;
    ports_t       ports;
    icmp_t        icmp;
    esp_t         esp;
}

struct metadata_t {
    @field_list(1)
    port_t  ingress_port;
    Role    role;
    bit<16> site;          // 0: none
    bit<8>  protocol;      // of IPv6: the next header, or PROTOCOL_HIDDEN
    bit<16> src_port;
    bit<16> dst_port;
    bit<1>  gdoi;          // to UDP port 848, or UDP without ports as later fragments are
    bit<1>  nd;            // neighbour discovery
    bit<2>  colour;        // what the meter says: 0 green, 1 yellow, 2 red
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
            ETHERTYPE_IPV6: parse_ipv6;
            default: accept;
        }
    }
    state parse_ipv4 {
        packet.extract(hdr.ipv4);
        meta.protocol = hdr.ipv4.protocol;
        // Options and later fragments have no ports in reach: they match lines without ports only.
        transition select(hdr.ipv4.ihl, hdr.ipv4.fragment_offset, hdr.ipv4.protocol) {
            (5, 0, PROTOCOL_TCP): parse_ports;
            (5, 0, PROTOCOL_UDP): parse_ports;
            (5, 0, PROTOCOL_ICMP): parse_icmp;
            (5, 0, PROTOCOL_ESP): parse_esp;
            default: accept;
        }
    }
    state parse_ipv6 {
        packet.extract(hdr.ipv6);
        meta.protocol = hdr.ipv6.next_header;
        transition select(hdr.ipv6.next_header) {
            PROTOCOL_TCP: parse_ports;
            PROTOCOL_UDP: parse_ports;
            PROTOCOL_ICMP6: parse_icmp;
            PROTOCOL_ESP: parse_esp;
            0: parse_hidden;     // hop-by-hop options
            43: parse_hidden;    // routing
            44: parse_hidden;    // fragment
            51: parse_hidden;    // authentication
            60: parse_hidden;    // destination options
            135: parse_hidden;   // mobility
            139: parse_hidden;   // host identity
            140: parse_hidden;   // shim6
            253: parse_hidden;   // experiments
            254: parse_hidden;
            default: accept;
        }
    }
    state parse_hidden {
        meta.protocol = PROTOCOL_HIDDEN;
        transition accept;
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

    @id(0x0100000b) action replicate(bit<16> group) {
        standard.mcast_grp = group;
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
            meta.protocol: ternary @name("protocol");
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
        actions = { protect; bypass; drop; }
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
        actions = { to_wan; to_local; drop; }
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
        actions = { to_member; to_local; drop; }
        const default_action = drop();
        counters = wan_guard_ipv6_counter;
        size = 4096;
    }

    @id(0x0200000f) table route_ipv6 {
        key = { hdr.ipv6.dst: lpm @name("ipv6_dst"); }
        actions = { deliver; replicate; drop; }
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
            route.apply();
            hdr.ipv4.ttl = hdr.ipv4.ttl - 1;
        } else {
            route_ipv6.apply();
            hdr.ipv6.hop_limit = hdr.ipv6.hop_limit - 1;
        }
        if (meta.only_to != Role.NONE) {
            egress_guard.apply();
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
        packet.emit(hdr.ipv6);
        packet.emit(hdr.ports);
        packet.emit(hdr.icmp);
        packet.emit(hdr.esp);
    }
}

V1Switch(SwitchParser(), VerifyIpv4Checksum(), GroupMember(), MarkIngressPort(), UpdateIpv4Checksum(),
         SwitchDeparser()) main;

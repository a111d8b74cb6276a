// SPDX-License-Identifier: Apache-2.0
//
// What the program reads of a packet, and what it notes beside it.

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
    bit<1>  forward;       // goes on, to the forwarding tables unless it is copied
    bit<1>  copied;        // goes to a multicast group
    Role    only_to;       // the role that the egress port must have; NONE for any
}

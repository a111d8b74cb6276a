// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

/**
 * Why a packet was not passed on. A dropped packet is counted under exactly one reason; the names
 * are the ones that status and metrics show.
 */
public enum DropReason {
    /** the frame is shorter than an Ethernet header, or its IP packet than an IP header */
    RUNT_FRAME,
    /** the frame is longer than what an interface takes or can send */
    OVERSIZED_FRAME,
    /** neither IP nor, on a gateway, ARP */
    NOT_IP,
    /** IP version, header length, total length or extension headers contradict the frame */
    MALFORMED_IP,
    /** an IPv6 packet with more than eight extension headers */
    TOO_MANY_HEADERS,
    /** the IPv4 header checksum is wrong */
    BAD_IP_CHECKSUM,
    /** what the sender left to be done, segments or a checksum, does not fit the packet */
    MALFORMED_OFFLOAD,

    /** no line of the group's policy names the packet */
    NO_POLICY,
    /** a DROP line of the group's policy names the packet */
    POLICY_DROP,
    /** a BYPASS line names the packet, but a switch lets no clear text leave a member port */
    BYPASS_ON_MEMBER_PORT,
    /** a line of this member's localBypass names the packet, but none of its site's does */
    LOCAL_BYPASS_NOT_AT_SITE,
    /** the packet must be protected and no SA may send: not registered, or the SA expired */
    NO_SA,
    /** the SA's counter is used up: going on would repeat an IV */
    SEQUENCE_EXHAUSTED,
    /** a non-first fragment whose policy depends on ports that no first fragment has shown */
    FRAGMENT_UNRESOLVED,
    /** too long for the path once encrypted, and IPv6 or with DF set; the sender is told by ICMP */
    TOO_BIG,

    /** clear text on the WAN side that no BYPASS line names */
    CLEARTEXT_FROM_WAN,
    /** a report that ESP was too big which quotes no packet of a live SPI, or is damaged */
    ICMP_UNVERIFIED,
    /** ESP that was fragmented on its way: the path MTU is lower than this member believes */
    ESP_FRAGMENT,
    /** too short for an ESP header, IV, trailer and ICV */
    RUNT_ESP,
    /** no SA receives this SPI */
    UNKNOWN_SPI,
    /** the replay check refused the packet */
    REPLAYED,
    /** under strict replay protection, of a sender beyond those that can be told apart */
    TOO_MANY_SENDERS,
    /** time-based anti-replay: sent longer ago than the group's window allows */
    TIME_OLD,
    /** time-based anti-replay: sent in a future that the group's window does not reach */
    TIME_FUTURE,
    /** time-based anti-replay: the group asks for a time in packets, this one has none */
    TIME_MISSING,
    /** time-based anti-replay: the packet has a time, which this SA does not ask for */
    TIME_UNEXPECTED,
    /** time-based anti-replay: a header of another type or length, or no time */
    TIME_MALFORMED,
    /** time-based anti-replay: the member's clock is not synchronised, so nothing passes */
    TIME_UNKNOWN,
    /** the ICV is wrong: altered, forged, or under another key */
    ICV_MISMATCH,
    /** padding length or contents contradict RFC 4303, section 2.4 */
    BAD_PADDING,
    /** a dummy packet (next header 59), discarded as RFC 4303, section 2.6 says */
    DUMMY_PACKET,
    /** the next header is not an IP packet: not tunnel mode */
    NOT_TUNNEL_MODE,
    /** what was decrypted is not a well-formed IP packet */
    INNER_MALFORMED,
    /** inner and outer addresses differ: address preservation is broken */
    ADDRESS_MISMATCH,
    /** the decrypted packet is not one that this SA protects */
    SELECTOR_MISMATCH,
    /** the WAN marked congestion on a packet whose transport would not understand (RFC 6040) */
    CONGESTION_MARK_NOT_ECT,

    /** the kernel refused the frame: interface down, or its queue full */
    SEND_FAILED,
    /** a defect of this program; the log has the first one */
    INTERNAL_ERROR
}

// SPDX-License-Identifier: Apache-2.0
/**
 * Headers in place: static accessors over a {@link java.lang.foreign.MemorySegment}, which checks
 * every access against the bounds of the buffer, without an object per packet.
 *
 * <p>Implemented: Ethernet II with or without an IEEE 802.1Q tag, IPv4 (RFC 791) with options and
 * fragments, IPv6 (RFC 8200) with up to eight extension headers, the ports of TCP, UDP, UDP-Lite,
 * SCTP and DCCP, ICMP "fragmentation needed" (RFC 792, RFC 1191), ICMPv6 "packet too big" (RFC
 * 4443), the Internet checksum (RFC 1071), the virtio header of offloads, segmentation of TCP and
 * UDP.
 *
 * <p>Not implemented: IPv6 jumbograms, dropped as malformed, and a second VLAN tag or one of
 * another protocol (IEEE 802.1ad), dropped as no IP.
 *
 * <p>Choice: an IPv4 packet with a wrong header checksum is dropped before anything else is
 * believed about it, as a router does (RFC 1812, section 5.2.2).
 *
 * <p>Verified by headers from RFCs, by packets that scapy made, and segmentation by packets that a
 * test writes octet by octet.
 */
package org.getvpn.gm.packet;

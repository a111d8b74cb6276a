// SPDX-License-Identifier: Apache-2.0
/**
 * What happens to a packet. Directions are types: {@code OutboundPath} can only encrypt, {@code
 * InboundPath} can only decrypt.
 *
 * <p>Implemented: member port (one interface), gateway (two, like a piece of wire) and a port of a
 * switch in the same process ({@code CryptoPort}), the group's ordered policy, ICMP "fragmentation
 * needed" with the inner MTU, fragmentation before encryption, later fragments resolved by their
 * first, super-frames of hosts cut before encryption, TCP segments joined to super-frames towards a
 * gateway's site, a counter for every reason to drop.
 *
 * <p>Not implemented: IPv6 data, VLAN tags, joining of UDP datagrams, several threads per
 * direction, a path MTU learned from the WAN. On a member port ESP of the site's own hosts is taken
 * for the WAN's and drops as UNKNOWN_SPI.
 *
 * <p>Choices: a packet that no line of the policy names is dropped; a gateway passes ARP, without
 * which neither side would find the other, and drops every other protocol than IPv4; a super-frame
 * that is dropped counts as the packets it would have become.
 *
 * <p>Verified by tests that reach every drop reason, by a fuzz test, and between network
 * namespaces.
 */
package org.getvpn.gm.pipeline;

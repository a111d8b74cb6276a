// SPDX-License-Identifier: Apache-2.0
/**
 * What happens to a packet. Directions are types: {@code OutboundPath} can only encrypt, {@code
 * InboundPath} can only decrypt.
 *
 * <p>Implemented: member port (one interface), gateway (two, like a piece of wire), end host (a TUN
 * interface and the WAN) and a port of a switch in the same process ({@code CryptoPort}), the
 * group's ordered policy, IPv4 in IPv4 and IPv6 in IPv6, ICMP "fragmentation needed" and ICMPv6
 * "packet too big" with the inner MTU, a VLAN tag that goes on with what its frame becomes, a path
 * MTU learned from the WAN's routers, fragmentation before encryption (IPv4), later fragments
 * resolved by their first, super-frames of hosts cut before encryption, TCP segments over IPv4
 * joined to super-frames towards a gateway's site, a counter for every reason to drop; several
 * threads per direction, each with its own share of the frames, paths, exits and counters.
 *
 * <p>Not implemented: joining of UDP datagrams and of TCP segments over IPv6; several threads of a
 * member inside a switch or on an end host. On a member port ESP of the site's own hosts is taken
 * for the WAN's and drops as UNKNOWN_SPI.
 *
 * <p>Choices: a packet that no line of the policy names is dropped; a gateway passes ARP and {@link
 * org.getvpn.gm.packet.LinkSignal}, without which neither side would find the other, and drops
 * every other protocol than IP; IPv6 needs paths of 1280 octets and what encryption adds, for no
 * host sends less and no member cuts it; a super-frame that is dropped counts as the packets it
 * would have become. Threads share what is seldom written, path MTUs and the allowance for ICMP, by
 * compare-and-set; a packet costs no object with Intel's library, and with NULL and AES-CBC of the
 * JDK, while the JDK's AES-GCM costs some.
 *
 * <p>Verified by tests that reach every drop reason, by a fuzz test and a coverage-guided fuzzer,
 * by thousands of packets of many flows through several threads, each in its order and once, and
 * between network namespaces.
 */
package org.getvpn.gm.pipeline;

// SPDX-License-Identifier: Apache-2.0
/**
 * Frames and headers in place: fixed offsets into memory that a driver filled, no object per
 * packet.
 *
 * <p>Implemented: Ethernet II with one optional IEEE 802.1Q tag, IPv4 with options and fragments,
 * the Internet checksum, ICMP "fragmentation needed". Not implemented: IPv6. Verified by frames
 * made with scapy and by the captures of the ESP tests.
 */
package org.getvpn.gm.packet;

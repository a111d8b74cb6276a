// SPDX-License-Identifier: Apache-2.0
/**
 * Hosts on edge ports, for ONOS: its own host provider is in no public registry.
 *
 * <p><b>Implemented.</b> Learning of address and place from ARP and from IPv6 neighbour
 * solicitations and advertisements that are valid (RFC 4861); a probe for an address claims none.
 *
 * <p><b>Not implemented.</b> The checksum of ICMPv6, DHCP snooping, probing, ageing: a host stays
 * until it is seen elsewhere or its switch is removed.
 *
 * <p><b>Verified</b> by unit tests and on Open vSwitch networks.
 */
package org.getvpn.onos.host;

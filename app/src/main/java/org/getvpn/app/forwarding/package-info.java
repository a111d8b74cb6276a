// SPDX-License-Identifier: Apache-2.0
/**
 * Table 1: the way of packets that table 0 let pass. Next hops per prefix over ONOS's topology, all
 * shortest paths at once by a select group; no path leads through an edge switch. Routers are
 * virtual: every hop rewrites MAC addresses and decrements the TTL, so edges and core look to hosts
 * like routers. Hosts are learned by ARP and neighbour discovery. Multicast rekeys take a tree of
 * shortest paths from the key server to the members' ports. What a site sends to groups that a line
 * names takes a tree from that site to all others of its group; the Ethernet destination stays the
 * group's own. Not implemented: routes to members' prefixes outside configured sites; IGMP and MLD,
 * so every site is a receiver.
 */
package org.getvpn.app.forwarding;

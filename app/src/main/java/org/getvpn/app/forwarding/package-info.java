// SPDX-License-Identifier: Apache-2.0
/**
 * Table 1: the way of packets that table 0 let pass. Next hops per prefix over ONOS's topology, all
 * shortest paths at once by a select group; no path leads through an edge switch. Routers are
 * virtual: every hop rewrites MAC addresses and decrements the TTL, so edges and core look to hosts
 * like routers. Hosts are learned by ARP and neighbour discovery. Multicast rekeys take a tree of
 * shortest paths from the key server to the members' ports; there is no other multicast. Not
 * implemented: routes to members' prefixes outside configured sites.
 */
package org.getvpn.app.forwarding;

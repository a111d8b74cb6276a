// SPDX-License-Identifier: Apache-2.0
/**
 * Neighbours of virtual gateways, by ARP (RFC 826) and IPv6 neighbour discovery (RFC 4861), on
 * local, member and key server ports only. Nothing is ever flooded and nothing crosses a WAN port.
 *
 * <p><b>Implemented.</b> Answers for the gateway of each IP version, as a router; for a neighbour
 * behind another port of the site, as its proxy; to a probe for the gateway's own address (RFC
 * 5227, RFC 4862), because it is taken. Questions for hosts that packets wait for. Solicitations
 * are checked as RFC 4861, section 7.1.1 says.
 *
 * <p><b>Not implemented.</b> Router advertisements: hosts have the gateway as a static route.
 * Redirects; unsolicited advertisements; questions under a VLAN tag.
 *
 * <p><b>Choices.</b> Who has which address is what ONOS's host provider learned, where it may be. A
 * packet with IPv6 extension headers does not wait for its host, because neighbour discovery may
 * hide behind them.
 *
 * <p><b>Verified</b> by unit tests, octet by octet, and by Linux hosts in the scenarios.
 */
package org.getvpn.app.neighbour;

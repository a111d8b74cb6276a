// SPDX-License-Identifier: Apache-2.0
/**
 * Answers ARP for gateways, on local, member and key server ports only, and asks for hosts that
 * packets wait for. Nothing is ever flooded and nothing crosses a WAN port. Not implemented:
 * neighbour discovery of IPv6.
 */
package org.getvpn.app.arp;

// SPDX-License-Identifier: Apache-2.0
/**
 * Policy as OpenFlow 1.3 rules. Table 0 classifies: it drops, outputs to the member port, or sends
 * on to table 1, which forwards (OpenFlow has no "permit and fall through"). The translator is pure
 * and keeps no state; golden tests print its rules as a table. OpenFlow cannot match an SPI, so an
 * edge lets every ESP packet for its site through to the member.
 *
 * <p>What goes to a multicast group that a line names is copied: from a host to the member and the
 * site's other hosts, from the WAN to the members that share the port, from a member to the hosts;
 * ESP of a member finds its tree in table 1. Where sites of two groups share a WAN port and name
 * the same prefix, members get each other's ESP too, and drop it.
 *
 * <p>Choices: a line that protects and stands before an overlapping BYPASS line gets a second rule
 * of lower priority that drops, so that losing one rule never turns protected traffic into bypassed
 * traffic. Non-first fragments carry no ports; a switch sees them with ports 0, and those of IPv6
 * with the protocol of their fragment header (44). Where a line names what they do not show, they
 * go to the member, who resolves them. A switch is taken to look past the other extension headers
 * of IPv6, as Open vSwitch does.
 */
package org.getvpn.app.openflow;

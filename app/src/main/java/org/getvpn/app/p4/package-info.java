// SPDX-License-Identifier: Apache-2.0
/**
 * Policy as entries of the P4 program {@code group_member.p4}, beside the OpenFlow rules made from
 * the same desired state, and the pipeconf that brings the program to ONOS.
 *
 * <p>Entries are ONOS flow rules with protocol-independent matches and actions, so one reconciler
 * serves both kinds of switch: guards first, read-back, nothing unknown deleted early. What
 * OpenFlow cannot say is said here: only announced SPIs reach a member, and a site's source
 * addresses, its outbound lines and what comes in from the WAN are tables of their own.
 *
 * <p><b>Implemented.</b> Port roles, ARP and LLDP to the controller, source guard, ordered lines
 * with guards behind them, member guard, announced SPIs, WAN guard, routes, egress guard, eviction,
 * rekeys by multicast, a meter for GDOI from each member port.
 *
 * <p><b>Not implemented</b>, and refused in words by {@link org.getvpn.app.p4.P4Limits}: IPv6, the
 * key server's port, transit, a WAN port shared by sites, a GDOI port other than 848. Equal paths:
 * the lowest port of a next hop is taken. Multicast of data.
 *
 * <p><b>Choices.</b> The pipeline model is read from the p4info here, because the reader that ONOS
 * has lies in a bundle that a controller without P4 switches does not carry. A site's number on a
 * switch is its place among the switch's sites.
 *
 * <p><b>Verified</b> by unit tests on seeded random policies and packets through a model of the
 * tables, by a comparison of the model with ONOS's reader, and by the scenarios on bmv2.
 */
package org.getvpn.app.p4;

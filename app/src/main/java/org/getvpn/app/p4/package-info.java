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
 * <p><b>Implemented.</b> Port roles, ARP, neighbour discovery and LLDP to the controller, and for
 * IPv4 and IPv6 alike source guard, ordered lines with guards behind them, member guard, announced
 * SPIs, WAN guard, routes, egress guard, multicast of data with a guard for each copy, and
 * eviction; rekeys by multicast over IPv4; a meter for GDOI from each member port. An IPv6 packet
 * with extension headers, whose protocol the program does not read, goes to the member wherever a
 * line with a protocol may be its own, and from the WAN passes only where every reading of it may.
 *
 * <p><b>Not implemented</b>, and refused in words by {@link org.getvpn.app.p4.P4Limits}: the key
 * server's port, transit, a WAN port shared by sites, a GDOI port other than 848. Equal paths: the
 * lowest port of a next hop is taken. Fragments of GDOI over IPv6 from the member: dropped, because
 * they show no UDP.
 *
 * <p><b>Choices.</b> The pipeline model is read from the p4info here, because the reader that ONOS
 * has lies in a bundle that a controller without P4 switches does not carry. A site's number on a
 * switch is its place among the switch's sites.
 *
 * <p><b>Verified</b> by unit tests on seeded random policies and packets of both versions through a
 * model of the tables, by a comparison of the model with ONOS's reader, and by the scenarios on
 * bmv2.
 */
package org.getvpn.app.p4;

// SPDX-License-Identifier: Apache-2.0
/**
 * OpenFlow 1.3 for ONOS: devices, ports and their counters, flow rules, groups, packets.
 *
 * <p>ONOS's own providers are in no public registry. These stand in their place, under ONOS's
 * provider scheme {@code of}, on top of ONOS's released OpenFlow controller.
 *
 * <p><b>Implemented.</b> Several tables; the matches and instructions of {@link
 * org.getvpn.onos.openflow.MatchWriter} and {@link org.getvpn.onos.openflow.InstructionWriter};
 * batches closed by a barrier, with errors per rule; groups ALL, SELECT, INDIRECT and FAILOVER;
 * reading back of everything, foreign entries too.
 *
 * <p><b>Not implemented.</b> Making meters (the instruction that uses one is written); MPLS,
 * tunnels, optical and vendor extensions; OpenFlow 1.0 and 1.4 and later.
 *
 * <p><b>Choices.</b> Nothing is deleted that nobody asked to delete: see {@link
 * org.getvpn.onos.openflow.FlowTableReading}. A deletion carries the cookie, so it cannot hit a
 * successor.
 *
 * <p><b>Verified</b> by golden messages in the unit tests, and against Open vSwitch: every match
 * and instruction is written and read back.
 */
package org.getvpn.onos.openflow;

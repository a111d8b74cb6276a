// SPDX-License-Identifier: Apache-2.0
/**
 * P4Runtime 1.3 for ONOS: one client per switch, devices named in netcfg, packets, the driver of
 * bmv2.
 *
 * <p>ONOS's own P4Runtime controller, its provider of devices and its bmv2 driver are in no public
 * registry. These stand in their place behind ONOS's released interfaces ({@code
 * onos-protocols-p4runtime-api}), its message codecs and its P4Runtime behaviours ({@code
 * onos-drivers-p4runtime}), which do the rest.
 *
 * <p><b>Implemented.</b> Arbitration with election ids and mastership, pipeline configuration with
 * cookie, writes with the error of each update, reads of everything the interface names, direct
 * counters, meters, multicast groups, packet-in and packet-out, reconnection within {@value
 * org.getvpn.onos.p4runtime.Connection#RETRY_SECONDS} s.
 *
 * <p><b>Not implemented.</b> TLS to the switch, roles, digests, idle timeouts, gNMI: ports of a
 * switch are those that netcfg names ({@code ports}), and count as up. Several P4Runtime device ids
 * behind one address.
 *
 * <p><b>Choices.</b> A packet-out is dropped when the stream is congested, and a packet-in holds up
 * its stream until it was processed: neither queues without bound. An entry that the pipeline's
 * codec cannot read is left out of an answer with a warning, and does not hide the others.
 *
 * <p><b>Verified</b> in unit tests against a P4Runtime server over gRPC, and against bmv2's
 * simple_switch_grpc in the scenarios.
 *
 * @see <a href="https://p4.org/p4-spec/p4runtime/v1.3.0/P4Runtime-Spec.html">P4Runtime 1.3.0</a>
 */
package org.getvpn.onos.p4runtime;

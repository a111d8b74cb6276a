// SPDX-License-Identifier: Apache-2.0
/**
 * The software switch as a P4Runtime target (P4Runtime 1.4; messages as ONOS 2.5 has them, 1.2).
 *
 * <p>Implemented: StreamChannel with arbitration of any number of controllers up to 16 by election
 * ids, packet-in, packet-out, stream errors; SetForwardingPipelineConfig with exactly the p4info of
 * {@code group_member.p4}, all five actions; GetForwardingPipelineConfig, all four kinds of answer;
 * Write of table entries, direct counters, cells of meters and multicast groups, in all three kinds
 * of atomicity, an error for each update; Read of the same, with wildcards; Capabilities.
 *
 * <p>Not implemented: roles other than the default; TLS: the address is to be loopback or a network
 * of the switch and its controller alone; digests, registers, action profiles, direct meters, clone
 * sessions, of which the program has none.
 *
 * <p>Choices: the default action of each table is constant, so that a write to it is
 * PERMISSION_DENIED, but its counter counts and can be read. A batch reaches the packet thread as a
 * whole, whatever its atomicity; under ROLLBACK_ON_ERROR and DATAPLANE_ATOMIC the updates that were
 * undone are reported as ABORTED. A packet-in for a controller that does not read is dropped and
 * counted. Values may have leading zero octets; answers are in the shortest form. A controller that
 * is gone leaves the tables as they are.
 *
 * <p>Verified with a gRPC client over loopback, each refusal by its code and by what the tables
 * hold afterwards; connections that are cut at random octets of a Write, and Writes that are
 * cancelled.
 */
package org.getvpn.gm.p4runtime;

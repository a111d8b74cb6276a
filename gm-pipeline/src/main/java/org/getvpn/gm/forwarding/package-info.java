// SPDX-License-Identifier: Apache-2.0
/**
 * What {@code group_member.p4} does to a packet, in Java: the data plane of the software switch.
 *
 * <p>Implemented: the ingress control, the egress control for each copy of a packet, parser and
 * checksums, packet by packet as the compiled program behaves, for IPv4 and IPv6, over the tables
 * of {@link org.getvpn.gm.p4}. A packet thread runs it without a lock, an allocation or an
 * exception.
 *
 * <p>{@link org.getvpn.gm.forwarding.SoftwareSwitch} is the program with ports, and with a group
 * member behind one of them; packets of a controller leave by {@link
 * org.getvpn.gm.forwarding.PacketOutPorts}, packets for it wait in {@link
 * org.getvpn.gm.forwarding.PuntRing}.
 *
 * <p>Choices: where the program leaves room (fields of headers that are not there) a field is zero;
 * the member behind a port gets one copy of a packet, however often the group names its port.
 *
 * <p>Verified against an interpreter of the compiled program (the JSON that bmv2 runs), with seeded
 * random policies and packets, valid and malformed: verdict, frame, copies and every counter. Where
 * bmv2 is, the switch as a P4Runtime target against bmv2 as one: the copies of each frame at each
 * port, what goes to the controller, and every entry's counter as it is read.
 */
package org.getvpn.gm.forwarding;

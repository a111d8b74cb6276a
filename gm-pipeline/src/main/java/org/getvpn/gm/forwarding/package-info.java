// SPDX-License-Identifier: Apache-2.0
/**
 * What {@code group_member.p4} does to a packet, in Java: the data plane of the software switch.
 *
 * <p>Implemented: the whole ingress control, parser and checksums, packet by packet as the compiled
 * program behaves, over the tables of {@link org.getvpn.gm.p4}. A packet thread runs it without a
 * lock, an allocation or an exception.
 *
 * <p>Not implemented: ports; a packet's verdict is given to the caller.
 *
 * <p>Choices: none; where the program leaves room (fields of headers that are not there) a field is
 * zero.
 *
 * <p>Verified against an interpreter of the compiled program (the JSON that bmv2 runs), with seeded
 * random policies and packets, valid and malformed: verdict, frame and every counter.
 */
package org.getvpn.gm.forwarding;

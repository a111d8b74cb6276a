// SPDX-License-Identifier: Apache-2.0
/**
 * One switch between two hosts: our software switch with the group member inside, bmv2 with the
 * same P4 program and the same entries, the kernel as a router, in turn on {@code h1 - s - h2}; and
 * ONOS programming our switch.
 *
 * <p>Implemented: packets a second in clear and encrypted, of 64 and 1400 octets; how long ONOS
 * needs for a large policy, and how many updates a change of keys is, as the switch counts them.
 *
 * <p>Not implemented: delay and loss under a partial load (see {@link org.getvpn.bench.esp}),
 * multicast groups, IPv6, which the program drops.
 *
 * <p>Choices: rounds are interleaved and medians taken, because others use the machine too. bmv2
 * forwards less when more is offered, so several loads are tried and its best counts. The generator
 * passes by the kernel's network stack, so that it is nobody's bottleneck.
 *
 * <p>How verified: the switch's own counter must say that it encrypted, or that it did not; what
 * arrives is counted by the kernel of the receiving host.
 */
package org.getvpn.bench.p4;

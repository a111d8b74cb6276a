// SPDX-License-Identifier: Apache-2.0
/**
 * The member's security associations: which keys it receives under, which one it sends under, and
 * what the group's policy says about a packet.
 *
 * <p>Implemented: one snapshot behind a volatile reference, receive before send, ordered PROTECT,
 * BYPASS and DROP lines for IPv4 and IPv6, IVs of sender id and counter (RFC 6054), destruction of
 * keys when the last packet thread has let go of them; strict replay protection with a window per
 * sender, for those who want it ({@link org.getvpn.gm.sa.StrictReplay}), or with one for the only
 * other member ({@link org.getvpn.gm.sa.CounterReplay}). Any number of packet threads use an SA at
 * the same time: its counter and its windows are theirs together, without a lock; a cipher is one
 * thread's.
 *
 * <p>Not implemented: windows that outlive the process.
 *
 * <p>Choices: the sequence number and the counter in the IV are the same number, so an SA ends for
 * a sender after 2^32-1 packets although its IV space is larger; a packet thread is told of new SAs
 * once per batch; where several SAs may send a packet, the newest does.
 *
 * <p>Verified by tests of the order of stages, of the uniqueness of (SPI, IV) over arbitrary
 * histories and from several threads up to the last number, of windows that several threads share,
 * and of swaps under load.
 */
package org.getvpn.gm.sa;

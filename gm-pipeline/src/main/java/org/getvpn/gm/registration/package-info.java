// SPDX-License-Identifier: Apache-2.0
/**
 * The control side of a group member: registers with key servers in order, takes rekeys, and tells
 * the packet path which keys to use. {@link org.getvpn.gm.registration.Membership} decides without
 * sockets, threads or a clock of its own; {@link org.getvpn.gm.registration.ControlLoop} carries
 * the datagrams and the time.
 *
 * <p>Implemented: failover and back-off, re-registration before a key ends for which no successor
 * came, the stages of TEKs (RFC 6407, sections 4.1 and 5.4), KEK rollover and lifetime, deletes,
 * checks of downloaded policy, the key server's pseudotime (stepped over a quarter of the window,
 * else slewed by 500 ppm; unknown when nobody told it for too long), rekeys by multicast (the
 * groups that KEKs name are joined by IGMP or MLD). Not implemented: several concurrent SAs of one
 * group with different selectors; all TEKs of a group are generations of one SA here.
 *
 * <p>Choices: a lifetime counts from the arrival of the message that told it; the activation delay
 * holds after a registration too, because the key server tells what is left of it; a rekey that
 * repeats a known TEK sets the clock at most; a deleted TEK goes at once; an SA keeps for its life
 * the anti-replay rule and the line of pseudotime that it came with; a rekey never turns the clock
 * back by more than the window, a registration may.
 *
 * <p>Verified: with a fake clock against the key server's side of the same library, and over UDP
 * against the key server of this project.
 */
package org.getvpn.gm.registration;

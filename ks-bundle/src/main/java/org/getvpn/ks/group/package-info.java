// SPDX-License-Identifier: Apache-2.0
/**
 * The key server's engine: groups, their keys with stages, members, sender ids. No sockets,
 * threads, clock or randomness of its own.
 *
 * <p>Implemented: TEK and KEK rollover by time and on demand (a TEK's also without the deactivation
 * delay), admission by address with a closed default, sender ids (RFC 6407, section 3.5), eviction
 * by a logical key hierarchy (RFC 6407, section 7.4) or by deleting the KEK, restart at any
 * instant, acknowledged rekeys (RFC 8263): told again to the missing only, the silent named and,
 * after three rollovers, given up; rekeys by multicast, with copies for those who do not hear them;
 * time-based anti-replay by a pseudotime that goes on over restarts and ends with the machine's
 * run, or by the members' own clocks.
 *
 * <p>Choices the standards leave open: both delays run from the first round of a rekey plus the
 * time its copies take; a rekey is repeated in three rounds inside the activation delay, each with
 * its own sequence number and the delays that are left; a KEK keeps its multicast group for life,
 * since members heard of it with the key; the rekey signing key lives as long as the group; a KEK
 * rollover travels in a message of its own; updates of a key tree have one key each and lead from
 * one to the next; a key tree is for groups all of whose members understand it; keys of its nodes
 * are derived from a secret that the store alone has; a TEK keeps the anti-replay rule it was made
 * for, and a member that registers while the rule changes gets the newest TEK alone. A TEK that
 * members heard of before an eviction without a key tree goes into use and is succeeded at once,
 * for they send with it by their own clocks.
 *
 * <p>After a triggered rekey an old TEK ends at the deactivation delay, by a Delete, and not after
 * {@code min(rest, max(90 s, min(5 % of the lifetime, 3600 s)))} as deployed key servers have it:
 * that leaves time for members that missed the rekey, which acknowledgements and further rounds
 * make known within the delay here, and keeps what the old policy let through for 90 s at least.
 *
 * <p>Verified with an injected clock over days, and by seeded random interleavings of time,
 * restarts, registrations, evictions and failures against the invariants of the key stages, with
 * members that register again by themselves and evicted ones that hear every message.
 */
package org.getvpn.ks.group;

// SPDX-License-Identifier: Apache-2.0
/**
 * Match-action tables of a P4 program, without a wire: what a controller writes, and the immutable
 * snapshot in which the packet thread looks up.
 *
 * <p>Implemented: exact, longest-prefix and ternary fields, priorities, constant default actions, a
 * direct counter per entry and per default, indexed meters of packets with two rates and three
 * colours (RFC 2698, colour-blind), multicast groups, batches that succeed or fail as a whole. Keys
 * of up to 320 bits, fields of up to 128.
 *
 * <p>Not implemented, because the program has none: range and optional fields, action profiles,
 * meters of octets and of entries, idle timeouts, writable default actions.
 *
 * <p>Choices: a lookup is a hash lookup for each distinct mask of the table, the masks ordered by
 * the highest priority under them, so that its time depends on the number of masks and not of
 * entries. A table is indexed anew when a batch changed it. Buckets of a meter's cell are the
 * packet thread's; a write to the cell, of the same rates too, begins with full ones, and no other
 * write touches them. Rates and bursts above 10^9 are refused.
 *
 * <p>Keys of up to 128 bits, IPv4's, are two longs, which stay in registers; longer ones, IPv6's,
 * are written into a {@link org.getvpn.gm.p4.WideKey}.
 *
 * <p>Verified against a linear search written from the P4Runtime specification's words, with seeded
 * random tables and keys; the colours against RFC 2698's words, reckoned in whole numbers, with
 * seeded random rates and gaps.
 */
package org.getvpn.gm.p4;

// SPDX-License-Identifier: Apache-2.0
/**
 * What a group is about, whatever protocol carries it: group identity, traffic selectors and rules,
 * keys with their policy, sender ids, a download, a rekey. Immutable values; keys are {@link
 * org.getvpn.gdoi.crypto.SecretBytes}.
 *
 * <p><b>Implemented</b>: what RFC 6407 can say about ESP, in IPv4 and IPv6, with each transform
 * that {@link org.getvpn.gdoi.policy.EspTransform#known()} lists; time-based anti-replay; the keys
 * of a logical key hierarchy and their updates. <b>Not implemented</b>: AH, lifetimes in kilobytes,
 * the tree itself, which is the key server's. <b>Choices</b>: numbers are open (a value that has no
 * name here can be carried and refused by name); only what can never be valid is refused by a
 * constructor. <b>Verified</b> through the tests of {@code gdoi.wire} and {@code gdoi.exchange}.
 */
package org.getvpn.gdoi.policy;

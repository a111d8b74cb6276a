// SPDX-License-Identifier: Apache-2.0
/**
 * IKEv1 Phase 1, GROUPKEY-PULL and GROUPKEY-PUSH as state machines without I/O: one class per
 * exchange and role.
 *
 * <p><b>Implemented</b>, both roles: Main Mode with pre-shared keys (RFC 2409, section 5.4), with
 * RSA signatures (section 5.1) and ECDSA (RFC 4754), X.509 chains and revocation lists; DOI 1 and
 * 2; GROUPKEY-PULL (RFC 6407, section 3) with GAP, SEQ and sender ids, for a group in the profile
 * of RFC 3547 with certificates and proof of possession; GROUPKEY-PUSH (section 4) with Delete, RSA
 * and ECDSA signatures; a member's keys in a logical key hierarchy and their updates; all four
 * kinds of GROUPKEY-PUSH-ACK (RFC 8263); informational messages (Notify, Delete); answers to
 * retransmissions; the zero marker of RFC 3948 before ISAKMP, answered in kind.
 *
 * <p><b>Not implemented</b>: authentication by public key encryption, Aggressive Mode, OCSP, NAT
 * traversal, dead peer detection, the key exchange of RFC 3547 in GROUPKEY-PULL (withdrawn by RFC
 * 6407, appendix B, and refused by name).
 *
 * <p><b>Choices that the standards leave open.</b> A message that does not fit is ignored and ends
 * nothing: before Phase 1 is complete anybody on the path can send one, so an exchange ends by its
 * time limit, and an unauthenticated notification is a hint. A member that proved a pre-shared key
 * is its address, whatever else it calls itself; with a certificate it is what the certificate and
 * its Identification payload both say, and a key server must bear the name that its member expects.
 * We send our certificate unasked, and name our authorities in messages 3 and 4. Every PUSH
 * signature covers the header with the length before padding; the padded length is accepted too.
 * RSA signatures carry a DigestInfo; deviations are a group's setting. Whoever does not announce
 * what a group's policy needs is refused, since it could not keep to it. A new KEK begins with
 * sequence number 1; any number above the last one is accepted. One PUSH goes to all members by
 * unicast, so its policy names no destination. Keys of a hierarchy are encrypted in AES-CBC with
 * the IV of the key above them, without padding; so their keys have 128 or 256 bits.
 *
 * <p><b>Verified</b>: both ends in one process over a relay that loses, repeats, replays, truncates
 * and flips bits; under a flood of first messages; with mutated datagrams from a fixed seed. The
 * captures of Cisco's reference implementation and of strongSwan are decrypted and verified in the
 * tests of {@code gdoi.wire}. strongSwan 5.9.8 as Phase 1 initiator (pre-shared key, Delete, wrong
 * key, both ports 848 and so with the marker) was run against the key server.
 */
package org.getvpn.gdoi.exchange;

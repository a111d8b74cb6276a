// SPDX-License-Identifier: Apache-2.0
/**
 * IKEv1 Phase 1, GROUPKEY-PULL and GROUPKEY-PUSH as state machines without I/O: one class per
 * exchange and role.
 *
 * <p><b>Implemented</b>, both roles: Main Mode with pre-shared keys (RFC 2409, section 5.4), with
 * RSA signatures (section 5.1) and ECDSA (RFC 4754), X.509 chains and revocation lists, and with
 * RSA encryption, original and revised (sections 5.2 and 5.3); Aggressive Mode by all of these
 * methods; lifetimes, Delete and INITIAL-CONTACT; dead peer detection (RFC 3706), in which a key
 * server asks and both answer; DOI 1 and 2; GROUPKEY-PULL (RFC 6407, section 3) with GAP, SEQ and
 * sender ids, for a group in the profile of RFC 3547 with certificates and proof of possession;
 * GROUPKEY-PUSH (section 4) with Delete, RSA and ECDSA signatures; a member's keys in a logical key
 * hierarchy and their updates; all four kinds of GROUPKEY-PUSH-ACK (RFC 8263); informational
 * messages (Notify, Delete); answers to retransmissions; the zero marker of RFC 3948 before ISAKMP,
 * answered in kind.
 *
 * <p><b>Not implemented</b>: OCSP, NAT traversal, the key exchange of RFC 3547 in GROUPKEY-PULL
 * (withdrawn by RFC 6407, appendix B, and refused by name).
 *
 * <p><b>Choices that the standards leave open.</b> A message that does not fit is ignored and ends
 * nothing: before Phase 1 is complete anybody on the path can send one, so an exchange ends by its
 * time limit, and an unauthenticated notification is a hint. A member that proved a pre-shared key
 * is its address, whatever else it calls itself; with a certificate it is what the certificate and
 * its Identification payload both say, and a key server must bear the name that its member expects.
 * We send our certificate unasked, and name our authorities in messages 3 and 4.
 *
 * <p>What is weak or tells more than it must is off unless {@link
 * org.getvpn.gdoi.exchange.PhaseOneSettings} or a proposal names it, and then a warning says so:
 * Aggressive Mode, RSA encryption, SHA-1, 3DES and groups below 2048 bits. With RSA encryption,
 * what does not decrypt is answered like what does, and fails like a wrong proof. The last message
 * of Aggressive Mode has no answer, so we send it again with the first request that follows. An SA
 * ends with the shorter of both ends' lifetimes, or when it was idle for two minutes; we do not
 * announce INITIAL-CONTACT, since a member may register for several groups at once.
 *
 * <p>Every PUSH signature covers the header with the length before padding; the padded length is
 * accepted too. RSA signatures carry a DigestInfo; deviations are a group's setting. Whoever does
 * not announce what a group's policy needs is refused, since it could not keep to it. A new KEK
 * begins with sequence number 1; any number above the last one is accepted. One PUSH goes to all
 * members by unicast, so its policy names no destination; with a multicast group it names that, and
 * an acknowledgement waits a random quarter of the activation delay, 5 seconds at most. Keys of a
 * hierarchy are encrypted in AES-CBC with the IV of the key above them, without padding; so their
 * keys have 128 or 256 bits.
 *
 * <p><b>Verified</b>: both ends in one process over a relay that loses, repeats, replays, truncates
 * and flips bits; under a flood of first messages; with mutated datagrams from a fixed seed. The
 * captures of Cisco's reference implementation and of strongSwan are decrypted and verified in the
 * tests of {@code gdoi.wire}. RSA encryption, which no open implementation speaks, is held to
 * vectors of a second implementation and to an initiator of plain arithmetic. strongSwan 5.9.8 is
 * run in the scenarios of {@code mininet/interop} against the key server and against the member:
 * Main and Aggressive Mode, pre-shared keys, RSA and ECDSA signatures, expired and revoked
 * certificates, MODP and ECP groups, wrong keys, with and without the marker; and ike-scan against
 * the key server. R-U-THERE and 3DES with it were tried by hand. Cisco's gdoid registered and was
 * rekeyed live in both roles, with the quirks named for it; those captures are in the tests.
 */
package org.getvpn.gdoi.exchange;

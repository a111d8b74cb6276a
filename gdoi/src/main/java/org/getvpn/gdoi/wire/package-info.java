// SPDX-License-Identifier: Apache-2.0
/**
 * The octets of ISAKMP and GDOI: RFC 2408 (header, generic payloads, data attributes), RFC 2407 and
 * 2409 (Phase 1), RFC 6407 (SA KEK, SA TEK, GAP, KD, SEQ) and RFC 8263 (acknowledgement). No
 * cryptography, no state.
 *
 * <p><b>How it is built.</b> {@link org.getvpn.gdoi.wire.PayloadChain} splits a message and keeps
 * each payload's octets as sent, because hashes and signatures cover those. {@code read} turns a
 * body into a value of the class named after the payload; {@code write} gives the payload back, for
 * everything that {@code read} accepts with the same octets. {@link
 * org.getvpn.gdoi.wire.MessageRule} says which payloads a message may hold. {@link
 * org.getvpn.gdoi.wire.GroupDownloadReader} and {@link org.getvpn.gdoi.wire.GroupDownloadWriter}
 * stand between SA and KD payloads and {@code gdoi.policy}.
 *
 * <p><b>Hostile octets.</b> Every length and count is checked before it is used and has an upper
 * bound; what does not fit is a {@link org.getvpn.gdoi.wire.MalformedPayload} whose message an
 * operator can use. Reserved fields must be zero (RFC 2408, section 5).
 *
 * <p><b>Not implemented.</b> AH and IEC 61850 in SA TEK (refused by number); the key exchange of
 * RFC 3547 in GROUPKEY-PULL; kilobyte lifetimes of TEKs (a TEK needs one in seconds); IKE
 * fragmentation; mode-config payloads.
 *
 * <p><b>Choices that the standards leave open.</b> The length of identification data in SA KEK and
 * SA TEK is one octet as in the figures; what deviates is read where a {@link
 * org.getvpn.gdoi.wire.Quirk} says so. A number is accepted as basic or variable attribute wherever
 * it fits. SIG_ALGORITHM_KEY is a DER SubjectPublicKeyInfo, KEK_ALGORITHM_KEY is IV and key,
 * SID_VALUE is sent in four octets. Exceptions to a group's policy travel in the private GAP
 * attribute 130, laid out in {@link org.getvpn.gdoi.wire.TrafficRuleList}. An attribute that stands
 * twice is refused, as are two keys for one SPI, a sender id given twice, more than 64 TEKs and a
 * lifetime above a year.
 *
 * <p><b>How it was verified.</b> Captures of Cisco's gdoid and of strongSwan are decrypted, checked
 * and written back octet for octet; Wireshark decodes what we write, within its limits; every
 * proper prefix, every flipped bit and 200 000 mutations are read as they stand or refused; every
 * registered number is compared with its source.
 */
package org.getvpn.gdoi.wire;

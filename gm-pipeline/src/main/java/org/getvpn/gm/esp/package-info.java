// SPDX-License-Identifier: Apache-2.0
/**
 * ESP (RFC 4303) in tunnel mode with address preservation (RFC 5374, section 3.1), and AES-GCM
 * behind a seam.
 *
 * <p>Implemented: AES-GCM-128 and -256 with a 16-octet ICV (RFC 4106), IV of sender id and counter
 * (RFC 6054), 32-bit sequence numbers, padding to 4 octets, dummy packets discarded, DSCP, DF and
 * TTL copied, ECN by RFC 6040, the time of sending inside ESP (draft-weis-delay-detection-03, type
 * 1 and, with pseudotime, 129). Two sources of AES-GCM: Intel's ipsec-mb and the JDK.
 *
 * <p>Not implemented: other transforms, transport mode, extended sequence numbers, reassembly of
 * fragmented ESP, IPv6.
 *
 * <p>Verified against packets that scapy made, by scapy opening ours, against NIST's vectors for
 * AES-GCM, and against packets with a time that python3-cryptography made and tshark confirmed.
 */
package org.getvpn.gm.esp;

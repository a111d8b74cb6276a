// SPDX-License-Identifier: Apache-2.0
/**
 * ESP (RFC 4303) in tunnel mode with address preservation (RFC 5374, section 3.1), and ciphers
 * behind a seam.
 *
 * <p>Implemented: AES-GCM with ICVs of 8, 12 and 16 octets (RFC 4106), AES-GMAC (RFC 4543), AES-CBC
 * (RFC 3602) and NULL (RFC 2410) with HMAC-SHA-1 (RFC 2404) and HMAC-SHA-2 (RFC 4868), keys of 128,
 * 192 and 256 bits; IV of sender id and counter where it is a counter (RFC 6054), unpredictable IVs
 * of AES-CBC; IPv4 in IPv4 and IPv6 in IPv6; 32-bit sequence numbers, padding to 4 octets or a
 * block, dummy packets discarded, DSCP, flow label and TTL or hop limit copied, DF set, ECN by RFC
 * 6040, the time of sending inside ESP (draft-weis-delay-detection-03, type 1 and, with pseudotime,
 * 129). AES-GCM and AES-GMAC with 128 and 256 bits come from Intel's ipsec-mb or the JDK, the
 * others from the JDK.
 *
 * <p>Not implemented: transport mode, extended sequence numbers, reassembly of fragmented ESP.
 *
 * <p>A packet costs no object with ipsec-mb, and neither with AES-CBC, NULL and HMAC of the JDK. It
 * does with AES-GCM and AES-GMAC of the JDK: JCA takes each nonce in a new object and makes its own
 * anew for it.
 *
 * <p>Verified by scapy in both directions, IPv4 and IPv6, and by OpenSSL where scapy lacks the
 * transform, against the vectors of NIST (AES-GCM), RFC 3602 and Wycheproof (AES-GCM, AES-GMAC,
 * HMAC), and against packets with a time that python3-cryptography made and tshark confirmed.
 */
package org.getvpn.gm.esp;

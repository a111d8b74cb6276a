// SPDX-License-Identifier: Apache-2.0
/**
 * ESP in tunnel mode with the original addresses outside (RFC 4303; RFC 5374, section 3.1), AES-GCM
 * (RFC 4106) with IV = sender id ‖ counter (RFC 6054).
 *
 * <p>Implemented: AES-GCM-128 and -256 with an ICV of 16 octets, by the JDK's own cipher. Not
 * implemented: the other transforms of RFC 6407, the time-based anti-replay header, IPv6. Choices
 * that the standards leave open: the outer TTL is 64; DSCP, ECN and DF are copied from the inner
 * header (RFC 4301, section 5.1.2.1; RFC 6040, normal mode); the sequence number counts per sender
 * and is not checked, since an SA with several senders has no usable window (RFC 4303, section
 * 3.4.3). Verified against packets made with scapy and NIST's GCM vectors.
 */
package org.getvpn.gm.esp;

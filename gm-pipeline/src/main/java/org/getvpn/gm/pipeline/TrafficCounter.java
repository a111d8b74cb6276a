// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

/** What happened to packets that were not dropped. */
public enum TrafficCounter {
    /** ESP packets sent */
    ENCRYPTED_PACKETS,
    /** octets of the inner packets sent in ESP */
    ENCRYPTED_OCTETS,
    /** ESP packets opened and passed on */
    DECRYPTED_PACKETS,
    /** octets of the inner packets that came out of ESP */
    DECRYPTED_OCTETS,
    /** packets that passed in clear by a BYPASS line */
    BYPASSED_PACKETS,
    /** of those, what PROTECT lines name, while the group receives only */
    RECEIVE_ONLY_CLEAR_PACKETS,
    /** ARP frames that a gateway passed through */
    ARP_FRAMES,
    /** IPv6 neighbour and multicast listener discovery that a gateway passed through */
    IPV6_LINK_FRAMES,
    /** packets cut into fragments before encryption */
    FRAGMENTED_PACKETS,
    /** super-frames of hosts cut into packets */
    SEGMENTED_FRAMES,
    /** packets that went to the site inside the super-frame of an earlier one */
    COALESCED_PACKETS,
    /** senders told by ICMP that their packets are too long */
    ICMP_TOO_BIG_SENT,
    /** routers' reports that an ESP packet was too big */
    ICMP_TOO_BIG_RECEIVED,
    /** such reports that made a path's MTU smaller */
    PATH_MTU_LOWERED,
    /** SYNs whose maximum segment size was lowered */
    MSS_CLAMPED,
    /** frames left to the kernel, to which they are addressed */
    FRAMES_FOR_KERNEL,
    /** frames read, whatever became of them */
    FRAMES_READ
}

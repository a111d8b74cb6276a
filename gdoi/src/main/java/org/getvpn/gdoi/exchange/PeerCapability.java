// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

/** What a peer said it understands beyond the RFCs, by a vendor id in Phase 1. */
public enum PeerCapability {
    /**
     * The ordered list of BYPASS, DROP and PROTECT lines in the private GAP attribute 130: a peer
     * that does not announce our vendor id must abort on it (RFC 6407, section 5.3.2), so it never
     * gets one.
     */
    RULE_LIST,

    /** Time-based anti-replay by pseudotime and by POSIX time: our vendor id. */
    TIME_BASED_REPLAY,

    /** Time-based anti-replay by POSIX time alone: the vendor id of IP-D3P. */
    DELAY_DETECTION,

    /** Answers when it is asked whether it is there (RFC 3706, section 5.1). */
    DEAD_PEER_DETECTION
}

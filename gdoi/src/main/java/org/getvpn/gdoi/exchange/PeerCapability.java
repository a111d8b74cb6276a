// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

/** What a peer said it understands beyond the RFCs, by a vendor id in Phase 1. */
public enum PeerCapability {
    /**
     * The ordered list of BYPASS, DROP and PROTECT lines in the private GAP attribute 130: a peer
     * that does not announce our vendor id must abort on it (RFC 6407, section 5.3.2), so it never
     * gets one.
     */
    RULE_LIST
}

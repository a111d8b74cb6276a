// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.util.Locale;

/** What a member does of itself against packets that are played back. */
public enum ReplayProtection {
    /** nothing: a packet is accepted as long as its key */
    NONE,
    /** no packet is accepted twice, by the counters of many senders */
    STRICT,
    /** no packet is accepted twice, by the sequence numbers of the only other member */
    COUNTER;

    /** As the file writes it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

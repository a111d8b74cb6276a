// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.util.Locale;

/** What a member does of itself against packets that are played back. */
public enum ReplayProtection {
    /** nothing: a packet is accepted as long as its key */
    NONE,
    /** no packet is accepted twice */
    STRICT;

    /** As the file writes it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

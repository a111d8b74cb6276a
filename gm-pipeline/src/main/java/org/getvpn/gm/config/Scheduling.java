// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.util.Locale;

/** How soon the member gets a processor that others want too. */
public enum Scheduling {
    /** like any process */
    NORMAL,
    /** before every ordinary process */
    REALTIME;

    /** As the file writes it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

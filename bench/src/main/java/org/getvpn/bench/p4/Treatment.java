// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.p4;

import java.util.Locale;

/** What the one policy line of a measured switch does with the packets. */
enum Treatment {
    /** BYPASS: forwarded as they are. */
    CLEAR,
    /** PROTECT: through the group member at the member's port. */
    ESP;

    /** The beginning of the names of facts. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}

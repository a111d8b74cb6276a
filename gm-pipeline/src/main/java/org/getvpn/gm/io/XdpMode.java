// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.util.Locale;

/** Where the kernel runs an XDP program (linux/if_link.h). */
public enum XdpMode {
    /** In the driver, before a frame has a socket buffer; not every driver can. */
    NATIVE(4),
    /** After the driver; everywhere. */
    GENERIC(2);

    private final int flag;

    XdpMode(int flag) {
        this.flag = flag;
    }

    /** XDP_FLAGS_DRV_MODE or XDP_FLAGS_SKB_MODE. */
    int flag() {
        return flag;
    }

    /** As the status shows it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

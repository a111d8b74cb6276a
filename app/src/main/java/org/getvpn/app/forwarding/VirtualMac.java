// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import org.onlab.packet.MacAddress;

/** MAC addresses of the virtual routers; locally administered (IEEE 802, bit 0x02). */
public final class VirtualMac {
    /** Every gateway, and the receiving side of every hop. */
    public static final MacAddress GATEWAY = MacAddress.valueOf("02:67:76:00:00:01");

    /** The sending side of a hop between switches; apart, so that no frame is from itself. */
    public static final MacAddress HOP = MacAddress.valueOf("02:67:76:00:00:02");

    private VirtualMac() {}
}

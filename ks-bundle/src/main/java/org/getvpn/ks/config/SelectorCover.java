// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.config;

import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.TrafficSelector;

/** Whether one selector leaves nothing to another that stands after it. */
final class SelectorCover {
    private SelectorCover() {}

    /** Whether every packet that {@code later} matches is matched by {@code earlier}. */
    static boolean covers(TrafficSelector earlier, TrafficSelector later) {
        return covers(earlier.source(), later.source())
                && covers(earlier.destination(), later.destination())
                && covers(earlier.protocol(), later.protocol())
                && covers(earlier.sourcePort(), later.sourcePort())
                && covers(earlier.destinationPort(), later.destinationPort());
    }

    private static boolean covers(IpPrefix wide, IpPrefix narrow) {
        return wide.length() <= narrow.length() && wide.contains(narrow.address());
    }

    /** 0 stands for any. */
    private static boolean covers(int wide, int narrow) {
        return wide == 0 || wide == narrow;
    }
}

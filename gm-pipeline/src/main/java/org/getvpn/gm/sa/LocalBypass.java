// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.policy.TrafficSelector;

/**
 * A member's own BYPASS lines, which come before the group's policy. They can only take packets out
 * of protection, and at a switch's member port not even that: there the site's {@code localBypass}
 * decides, and a packet that a line names here but no line there has no way out. Immutable.
 */
public final class LocalBypass {
    /** No lines. */
    public static final LocalBypass NONE = new LocalBypass(List.of());

    private final boolean isEmpty;
    private final SelectorTable leaving;
    private final SelectorTable arriving;

    /**
     * @param lines by the source and destination of packets that leave the site; those that arrive
     *     match them as they are, or turned round
     */
    public LocalBypass(List<TrafficSelector> lines) {
        isEmpty = lines.isEmpty();
        leaving = new SelectorTable(lines);
        List<TrafficSelector> both = new ArrayList<>(lines);
        lines.forEach(line -> both.add(turned(line)));
        arriving = new SelectorTable(both);
    }

    private static TrafficSelector turned(TrafficSelector line) {
        return new TrafficSelector(
                line.destination(),
                line.source(),
                line.protocol(),
                line.destinationPort(),
                line.sourcePort());
    }

    /** Whether there is no line. */
    public boolean isEmpty() {
        return isEmpty;
    }

    /** The line that names a packet from the site; see {@link SelectorTable#firstMatch}. */
    public int leaving(PacketKey key) {
        return leaving.firstMatch(key);
    }

    /** Whether a line names a packet from the WAN. */
    public boolean isArriving(PacketKey key) {
        return arriving.firstMatch(key) >= 0;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.getvpn.app.forwarding.Cabling;
import org.junit.jupiter.api.Test;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.Link;
import org.onosproject.net.link.LinkEvent;

class DiscoveryTest {
    private static final Link LINK =
            Cabling.link(
                    ConnectPoint.deviceConnectPoint("of:0000000000000001/3"),
                    ConnectPoint.deviceConnectPoint("of:00000000000000c1/1"));

    private long now;
    private final Discovery discovery = new Discovery(() -> now);

    @Test
    void itIsUnderWayFromTheStartUntilNoLinkCameForAWhile() {
        assertTrue(discovery.isUnderWay());
        now += Discovery.QUIET_NANOS - 1;
        change(LinkEvent.Type.LINK_ADDED);
        now += Discovery.QUIET_NANOS - 1;
        assertTrue(discovery.isUnderWay());
        now++;
        assertFalse(discovery.isUnderWay());
    }

    @Test
    void aLostLinkEndsItAndAFoundOneBeginsItAgain() {
        change(LinkEvent.Type.LINK_REMOVED);
        assertFalse(discovery.isUnderWay());
        change(LinkEvent.Type.LINK_ADDED);
        assertTrue(discovery.isUnderWay());
    }

    @Test
    void whatIsOnlyUpdatedIsNoNewLink() {
        now += Discovery.QUIET_NANOS;
        change(LinkEvent.Type.LINK_UPDATED);
        assertFalse(discovery.isUnderWay());
    }

    private void change(LinkEvent.Type type) {
        discovery.linkChanged(new LinkEvent(type, LINK));
    }
}

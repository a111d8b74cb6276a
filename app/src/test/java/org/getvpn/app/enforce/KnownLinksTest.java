// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.getvpn.app.forwarding.Cabling;
import org.junit.jupiter.api.Test;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DeviceId;
import org.onosproject.net.Link;

/** A site's switch s1 at the core switches c1 and c2, which have a link between them. */
class KnownLinksTest {
    private static final DeviceId S1 = DeviceId.deviceId("device:s1");
    private static final DeviceId C1 = DeviceId.deviceId("of:00000000000000c1");
    private static final Link TO_C1 = link("device:s1/3", "of:00000000000000c1/3");
    private static final Link FROM_C1 = link("of:00000000000000c1/3", "device:s1/3");
    private static final Link TO_C2 = link("device:s1/4", "of:00000000000000c2/3");
    private static final Link RING = link("of:00000000000000c1/1", "of:00000000000000c2/2");
    private static final List<Link> ALL = List.of(TO_C1, FROM_C1, TO_C2, RING);

    private final Set<DeviceId> lost = new HashSet<>();
    private final Set<ConnectPoint> down = new HashSet<>();
    private final KnownLinks links =
            new KnownLinks(device -> !lost.contains(device), port -> !down.contains(port));

    @Test
    void asLongAsAllSwitchesAreThereTheyAreThoseThatOnosKnows() {
        assertEquals(Set.copyOf(ALL), known(ALL));
        assertEquals(Set.of(TO_C2, RING), known(List.of(TO_C2, RING)));
    }

    @Test
    void thoseOfASitesSwitchThatOnosLostStayUntilItIsBack() {
        known(ALL);
        lost.add(S1);
        assertEquals(Set.copyOf(ALL), known(List.of(RING)));
        lost.clear();
        assertEquals(Set.of(TO_C1, RING), known(List.of(TO_C1, RING)));
    }

    @Test
    void ofThoseOneWhoseOtherEndIsDownOrLostTooIsNone() {
        known(ALL);
        lost.add(S1);
        down.add(TO_C2.dst());
        assertEquals(Set.of(TO_C1, FROM_C1, RING), known(List.of(RING)));
        lost.add(C1);
        assertEquals(Set.of(), known(List.of()));
    }

    @Test
    void thoseOfACoreSwitchGoWithIt() {
        known(ALL);
        lost.add(C1);
        assertEquals(Set.of(TO_C2), known(List.of(TO_C2)));
    }

    @Test
    void aSwitchThatIsNoSitesAnyMoreIsForgotten() {
        known(ALL);
        lost.add(S1);
        assertEquals(Set.of(RING), links.of(List.of(RING), Set.of()));
        assertEquals(Set.of(RING), known(List.of(RING)));
    }

    private Set<Link> known(List<Link> active) {
        return links.of(active, Set.of(S1));
    }

    private static Link link(String from, String to) {
        return Cabling.link(
                ConnectPoint.deviceConnectPoint(from), ConnectPoint.deviceConnectPoint(to));
    }
}

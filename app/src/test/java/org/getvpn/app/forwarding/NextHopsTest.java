// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.onosproject.net.DeviceId;

class NextHopsTest {
    private static final DeviceId S1 = Cabling.device(0x01);
    private static final DeviceId S2 = Cabling.device(0x02);
    private static final DeviceId S3 = Cabling.device(0x03);
    private static final DeviceId C1 = Cabling.device(0xc1);
    private static final DeviceId C2 = Cabling.device(0xc2);

    /** s1 and s3 hang on both c1 and c2; s2 on both too, and would be the shortest way between. */
    private final Cabling cabling = new Cabling();

    NextHopsTest() {
        cabling.cable(S1, 3, C1, 1);
        cabling.cable(S1, 4, C2, 1);
        cabling.cable(S3, 3, C1, 2);
        cabling.cable(S3, 4, C2, 2);
        cabling.cable(S2, 3, C1, 3);
        cabling.cable(S2, 4, C2, 3);
    }

    @Test
    void allShortestPathsAreUsed() {
        assertEquals("[3, 4]", next(S1, S3));
    }

    @Test
    void aBrokenPathLeavesTheOther() {
        cabling.links.removeIf(
                link -> link.src().deviceId().equals(C1) && link.dst().deviceId().equals(S3));
        assertEquals("[4]", next(S1, S3));
    }

    @Test
    void noPathLeadsThroughAnEdge() {
        assertEquals("[]", next(C1, C2), "c1 and c2 meet only at edges");
        cabling.cable(C1, 9, C2, 9);
        assertEquals("[9]", next(C1, C2));
    }

    @Test
    void twoEdgesAsNeighboursReachEachOtherDirectly() {
        cabling.cable(S1, 8, S3, 8);
        assertEquals("[8]", next(S1, S3));
    }

    @Test
    void aSwitchThatNobodyConnectsHasNoPath() {
        assertEquals("[]", next(S1, Cabling.device(0xff)));
        assertEquals("[]", next(S1, S1));
    }

    private String next(DeviceId from, DeviceId to) {
        return new NextHops(cabling.links, Set.of(S1, S2, S3)).towards(from, to).toString();
    }
}

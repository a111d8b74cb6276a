// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupId;
import org.junit.jupiter.api.Test;

class LocalBypassLogTest {
    @Test
    void aMismatchIsToldOnceAMinuteWithWhatToDo() {
        List<String> lines = new ArrayList<>();
        LocalBypassLog log = new LocalBypassLog(GroupId.number(1234), lines::add);
        Ticks now = Ticks.ofNanos(1);
        log.look(0, now);
        assertEquals(List.of(), lines);
        log.look(3, now);
        assertTrue(lines.getFirst().contains("stage=LOCAL_BYPASS_MISMATCH packets=3"));
        assertTrue(lines.getFirst().contains("give the site the same line in ONOS"));
        log.look(9, now.plus(Duration.ofSeconds(59)));
        assertEquals(1, lines.size());
        log.look(9, now.plus(Duration.ofSeconds(60)));
        assertTrue(lines.get(1).contains("packets=6"));
        log.look(9, now.plus(Duration.ofSeconds(600)));
        assertEquals(2, lines.size(), "nothing new, nothing said");
    }
}

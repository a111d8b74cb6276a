// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.main;

import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.tek;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gm.esp.JdkAead;
import org.getvpn.gm.sa.PacketTime;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;
import org.getvpn.gm.sa.TimeRule;
import org.junit.jupiter.api.Test;

class TimeRefusalLogTest {
    private final List<String> lines = new ArrayList<>();
    private final TimeRefusalLog log = new TimeRefusalLog(GroupId.number(1234), lines::add);
    private final SaDatabase sas = new SaDatabase(new JdkAead(), SequenceWatch.NONE);
    private Ticks now = Ticks.ofNanos(1);

    private void refuse() {
        sas.timed().getFirst().timeRefusals().add(500_033_340_000L, 600_006_780_000L);
    }

    private void second() {
        now = now.plus(Duration.ofSeconds(1));
        log.look(sas.timed(), now);
    }

    @Test
    void bothTimesAndTheWindowAreToldOnceAMinute() {
        sas.install(tek(SPI, 1), new TimeRule(TimeRule.PSEUDOTIME, 100_000_000, new PacketTime()));
        second();
        assertEquals(List.of(), lines);
        refuse();
        second();
        String line = lines.getFirst();
        assertTrue(line.contains("group=1234 spi=0x11223344 stage=TIMEBASED_REPLAY_FAILED"), line);
        assertTrue(line.contains("my_pseudotime=600006.780000"), line);
        assertTrue(line.contains("peer_pseudotime=500033.340000 replay_window=100.000"), line);
        for (int i = 0; i < 59; i++) {
            refuse();
            second();
        }
        assertEquals(1, lines.size());
        second();
        assertEquals(2, lines.size());
        assertTrue(lines.getLast().contains("packets=59"), lines.getLast());
        for (int i = 0; i < 120; i++) {
            second();
        }
        assertEquals(2, lines.size(), "nothing new, nothing said");
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import org.getvpn.gdoi.exchange.Ticks;
import org.junit.jupiter.api.Test;

class BootClockTest {
    @Test
    void itReadsTheTimeSinceBootAsTheKernelTellsIt() throws Exception {
        double uptime = Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);

        assertEquals(uptime, new BootClock().now().nanos() / 1e9, 5);
    }

    @Test
    void itNeverGoesBack() {
        BootClock clock = new BootClock();
        Ticks before = clock.now();
        for (int i = 0; i < 10_000; i++) {
            Ticks now = clock.now();
            assertFalse(now.isBefore(before));
            before = now;
        }
    }
}

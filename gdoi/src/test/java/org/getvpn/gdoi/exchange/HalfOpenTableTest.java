// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who has to go when a flood fills the table. */
class HalfOpenTableTest {
    private static final int MOST = 1000;

    private final Random random = new Random(7);
    private final HalfOpenTable<String> table =
            new HalfOpenTable<>(
                    MOST, 512, Duration.ofSeconds(10), new SeededRandom(1), dropped -> {});
    private Ticks now = Ticks.ofNanos(0);
    private long count;

    private CookiePair put(InetAddress source) {
        now = now.plus(Duration.ofNanos(20_000));
        CookiePair cookies = new CookiePair(random.nextLong(), ++count);
        table.put(cookies, source, "entry", now);
        return cookies;
    }

    private InetAddress address(int first, int second, int third) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {
                        (byte) first, (byte) second, (byte) third, (byte) random.nextInt(256)
                    });
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void aFloodFromAFewNetworksEvictsItself() {
        CookiePair honest = put(address(10, 84, 1));
        for (int i = 0; i < 20 * MOST; i++) {
            put(address(10, 85, random.nextInt(64)));
        }
        assertEquals(MOST, table.size());
        assertNotNull(table.get(honest));
    }

    /** A bare random choice would lose one in ten here. */
    @Test
    void aFloodFromEverywhereLeavesTheTimeToAnswer() {
        for (int i = 0; i < MOST; i++) {
            put(address(random.nextInt(200), random.nextInt(256), random.nextInt(256)));
        }
        int kept = 0;
        for (int run = 0; run < 200; run++) {
            CookiePair honest = put(address(250, run, 1));
            for (int i = 0; i < MOST / 10; i++) {
                put(address(random.nextInt(200), random.nextInt(256), random.nextInt(256)));
            }
            kept += table.get(honest) == null ? 0 : 1;
            table.remove(honest);
        }
        assertTrue(kept >= 195, kept + " of 200 were kept");
    }
}

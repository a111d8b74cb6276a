// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.SaDirection;
import org.getvpn.ks.api.SaStatus;
import org.junit.jupiter.api.Test;

/** An SPI is let through from the moment that it is asked for until its key is gone. */
class AnnouncedSpisTest {
    private final List<SaStatus> keys = new ArrayList<>();
    private final KeyServerDouble keyServer =
            new KeyServerDouble() {
                @Override
                public List<SaStatus> sas(String group) {
                    return List.copyOf(keys);
                }
            };
    private final AnnouncedSpis spis = new AnnouncedSpis();

    @Test
    void liveKeysAreLetThroughInEveryStageButTheLast() {
        keys.add(key("TEK", "0x000000a1", KeyStage.ANNOUNCED));
        keys.add(key("TEK", "0x000000a2", KeyStage.SENDABLE));
        keys.add(key("TEK", "0xf00000a3", KeyStage.RETIRING));
        keys.add(key("TEK", "0x000000a4", KeyStage.GONE));
        keys.add(key("KEK", "0x0123456789abcdef0123456789abcdef", KeyStage.SENDABLE));
        spis.adopt(keyServer, "blue");
        assertEquals(Map.of("blue", Set.of(0xa1, 0xa2, 0xf00000a3)), spis.now());
    }

    @Test
    void anSpiThatIsAskedForCountsUntilTheQuestionIsAnswered() {
        spis.ask("blue", 0xb1);
        assertEquals(Map.of("blue", Set.of(0xb1)), spis.now());
        keys.add(key("TEK", "0x000000b1", KeyStage.RECEIVABLE));
        spis.answered("blue", 0xb1);
        spis.adopt(keyServer, "blue");
        assertEquals(Map.of("blue", Set.of(0xb1)), spis.now());
        keys.clear();
        keys.add(key("TEK", "0x000000b2", KeyStage.SENDABLE));
        spis.adopt(keyServer, "blue");
        assertEquals(Map.of("blue", Set.of(0xb2)), spis.now());
    }

    @Test
    void ofAKeyServerThatServesTheGroupNoMoreTheLastWordStays() {
        keys.add(key("TEK", "0x000000c1", KeyStage.SENDABLE));
        spis.adopt(keyServer, "blue");
        keys.clear();
        spis.adopt(keyServer, "blue");
        assertEquals(Map.of("blue", Set.of(0xc1)), spis.now());
    }

    private static SaStatus key(String kind, String spi, KeyStage stage) {
        return new SaStatus("blue", kind, spi, stage, "aes-gcm-256", 3600, 1800, SaDirection.BOTH);
    }
}

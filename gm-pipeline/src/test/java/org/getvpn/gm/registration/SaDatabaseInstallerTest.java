// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import static org.getvpn.gm.Fixture.NEXT_SPI;
import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.memory;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gm.esp.AeadCipher;
import org.getvpn.gm.esp.AeadProvider;
import org.getvpn.gm.esp.JdkAead;
import org.getvpn.gm.sa.OutboundSa;
import org.getvpn.gm.sa.PacketKey;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SaReader;
import org.getvpn.gm.sa.SequenceWatch;
import org.junit.jupiter.api.Test;

class SaDatabaseInstallerTest {
    private final List<Spi> sentWithWhileCiphersWereMade = new ArrayList<>();
    private final SaDatabase database = new SaDatabase(new Watching(), SequenceWatch.NONE);
    private final SaReader reader = database.reader();
    private final SaDatabaseInstaller installer = new SaDatabaseInstaller(database);

    @Test
    void whileTheNextKeyTakesOverThereIsNoInstantWithoutAKeyToSendWith() {
        install(staged(SPI, 1, TekStage.SENDABLE));
        install(staged(SPI, 1, TekStage.SENDABLE), staged(NEXT_SPI, 2, TekStage.RECEIVABLE));
        sentWithWhileCiphersWereMade.clear();

        install(staged(SPI, 1, TekStage.RETIRING), staged(NEXT_SPI, 2, TekStage.SENDABLE));

        assertEquals(List.of(SPI), sentWithWhileCiphersWereMade);
        assertEquals(NEXT_SPI, sentWith());
        assertNotNull(reader.refresh().inbound(SPI.value()), "what is under way still opens");
    }

    @Test
    void aKeyThatIsNoLongerNamedIsNotReceivedAnyMore() {
        install(staged(SPI, 1, TekStage.RETIRING), staged(NEXT_SPI, 2, TekStage.SENDABLE));
        install(staged(NEXT_SPI, 2, TekStage.SENDABLE));

        assertNull(reader.refresh().inbound(SPI.value()));
        assertEquals(NEXT_SPI, sentWith());
    }

    @Test
    void withoutASenderIdNothingIsSent() {
        installer.install(
                new TrafficKeys(List.of(staged(SPI, 1, TekStage.SENDABLE)), List.of(), List.of()));

        assertNotNull(reader.refresh().inbound(SPI.value()));
        assertNull(sentWith());
    }

    private void install(StagedTek... teks) {
        installer.install(new TrafficKeys(List.of(teks), List.of(), List.of(SENDER)));
    }

    private static StagedTek staged(Spi spi, int key, TekStage stage) {
        return new StagedTek(tek(spi, key), stage, null);
    }

    private Spi sentWith() {
        PacketKey key = new PacketKey();
        key.read(memory(udp(28), 0), 0);
        OutboundSa sa = reader.refresh().outbound(key);
        return sa == null ? null : sa.spi();
    }

    /** Looks, each time a cipher is made, at what a packet thread would send with just then. */
    private final class Watching implements AeadProvider {
        private final AeadProvider real = new JdkAead();

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public AeadCipher gcm(SecretBytes keyAndSalt, int aadOctets, int icvOctets) {
            if (reader != null) {
                sentWithWhileCiphersWereMade.add(sentWith());
            }
            return real.gcm(keyAndSalt, aadOctets, icvOctets);
        }

        @Override
        public AeadCipher gmac(SecretBytes keyAndSalt) {
            throw new AssertionError("AES-GCM was asked for");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import static org.getvpn.gm.Fixture.NEXT_SPI;
import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.memory;
import static org.getvpn.gm.Fixture.selector;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.esp.AeadCipher;
import org.getvpn.gm.esp.AeadProvider;
import org.getvpn.gm.esp.EspFormat;
import org.getvpn.gm.esp.JdkAead;
import org.junit.jupiter.api.Test;

class SaDatabaseTest {
    private static final SenderId OTHER_SENDER = new SenderId(8, 24);

    private final SaDatabase database = new SaDatabase(new JdkAead(), SequenceWatch.NONE);
    private final SaReader reader = database.reader();

    private OutboundSa outbound() {
        PacketKey key = new PacketKey();
        key.read(memory(udp(28), 0), 0);
        return reader.refresh().outbound(key);
    }

    @Test
    void aKeyIsReceivedBeforeItIsSentWith() {
        assertThrows(IllegalStateException.class, () -> database.activate(SPI, SENDER));
        database.install(tek(SPI, 1));
        assertEquals(KeyStage.RECEIVABLE, database.stage(SPI));
        assertNotNull(reader.refresh().inbound(SPI.value()));
        assertNull(outbound());
        database.activate(SPI, SENDER);
        assertEquals(KeyStage.SENDABLE, database.stage(SPI));
        assertEquals(SPI, outbound().spi());
    }

    @Test
    void aNewerKeyRetiresTheOldOneWhichIsStillReceivedUntilRemoved() {
        database.install(tek(SPI, 1));
        database.activate(SPI, SENDER);
        database.install(tek(NEXT_SPI, 2));
        assertEquals(SPI, outbound().spi());
        database.activate(NEXT_SPI, SENDER);
        assertEquals(NEXT_SPI, outbound().spi());
        assertEquals(KeyStage.RETIRING, database.stage(SPI));
        assertNotNull(reader.refresh().inbound(SPI.value()));
        database.remove(SPI);
        assertEquals(KeyStage.GONE, database.stage(SPI));
        assertNull(reader.refresh().inbound(SPI.value()));
        assertEquals(NEXT_SPI, outbound().spi());
    }

    @Test
    void aNewerKeyForOtherTrafficLeavesTheOldOneInUse() {
        database.install(tek(SPI, 1));
        database.activate(SPI, SENDER);
        database.install(tek(NEXT_SPI, 2, List.of(selector("11.0.0.0/8", "11.0.0.0/8", 0, 0, 0))));
        database.activate(NEXT_SPI, SENDER);
        assertEquals(KeyStage.SENDABLE, database.stage(SPI));
        assertEquals(SPI, outbound().spi());
    }

    @Test
    void sendingWithAKeyAgainGoesOnWhereItsCounterStands() {
        database.install(tek(SPI, 1));
        database.activate(SPI, SENDER);
        long last = outbound().nextNumber();
        database.install(tek(NEXT_SPI, 2));
        database.activate(NEXT_SPI, SENDER);
        database.activate(SPI, SENDER); // the newer key was deleted, for example
        assertEquals(last + 1, outbound().nextNumber());
        database.activate(SPI, SENDER);
        assertEquals(last + 2, outbound().nextNumber());
    }

    @Test
    void newSelectorsForAKeyDoNotRestartItsCounter() {
        database.install(tek(SPI, 1));
        database.activate(SPI, SENDER);
        OutboundSa before = outbound();
        database.install(tek(SPI, 1, List.of(selector("10.0.0.0/7", "10.0.0.0/7", 0, 0, 0))));
        assertSame(before, outbound());
        assertEquals(KeyStage.SENDABLE, database.stage(SPI));
    }

    @Test
    void aSenderIdThatTheKeyHasSeenIsRefused() {
        database.install(tek(SPI, 1));
        database.activate(SPI, SENDER);
        database.activate(SPI, OTHER_SENDER);
        assertThrows(IllegalStateException.class, () -> database.activate(SPI, SENDER));
        database.removeAll();
        database.install(tek(SPI, 1)); // the same key comes back by another registration
        String message =
                assertThrows(IllegalStateException.class, () -> database.activate(SPI, SENDER))
                        .getMessage();
        assertTrue(message.contains("register again"), message);
    }

    @Test
    void aReceiveOnlyKeyIsNeverSentWithAndASenderOnlyKeyNeverReceived() {
        database.install(directed(SPI, Tek.Direction.RECEIVER_ONLY));
        assertThrows(IllegalStateException.class, () -> database.activate(SPI, SENDER));
        database.install(directed(NEXT_SPI, Tek.Direction.SENDER_ONLY));
        database.activate(NEXT_SPI, SENDER);
        assertNull(reader.refresh().inbound(NEXT_SPI.value()));
        assertEquals(NEXT_SPI, outbound().spi());
    }

    private static Tek directed(Spi spi, Tek.Direction direction) {
        Tek like = tek(spi, 3);
        return new Tek(
                spi,
                like.transform(),
                like.cipherKey(),
                like.integrityKey(),
                60,
                direction,
                like.selectors());
    }

    @Test
    void keysOfAnotherLengthThanTheTransformsAreRefused() {
        EspTransform cbc = new EspTransform(12, 32, 0, 5, 32, 16, 16, false);
        Tek tek = tek(SPI, new byte[32], cbc, List.of());
        String message =
                assertThrows(IllegalArgumentException.class, () -> database.install(tek))
                        .getMessage();
        assertTrue(message.startsWith("aes-cbc-256-hmac-sha256: keys of 32 and 0"), message);
    }

    @Test
    void theStatusNamesStagesAndNoKey() {
        database.install(tek(SPI, 1));
        database.activate(SPI, SENDER);
        outbound().nextNumber();
        SaStatus status = database.status().getFirst();
        assertEquals(KeyStage.SENDABLE, status.stage());
        assertEquals(1, status.packetsSent());
        assertEquals(SENDER, status.sender().orElseThrow());
    }

    @Test
    void theEndOfTheNumbersIsAnnouncedOnceAndThenNoneIsGiven() {
        Fixture.Listener listener = new Fixture.Listener();
        SaDatabase small = ShortSa.database(80, listener);
        small.install(tek(SPI, 1));
        small.activate(SPI, SENDER);
        PacketKey key = new PacketKey();
        key.read(memory(udp(28), 0), 0);
        OutboundSa sa = small.reader().refresh().outbound(key);
        for (int number = 1; number <= 80; number++) {
            assertEquals(number >= 70 ? 1 : 0, number == 70 ? 1 : listener.timesNearlySpent());
            assertEquals(number, sa.nextNumber());
        }
        assertEquals(0, listener.timesSpent());
        for (int i = 0; i < 1000; i++) {
            assertEquals(OutboundSa.SPENT, sa.nextNumber());
        }
        assertEquals(1, listener.timesNearlySpent());
        assertEquals(1, listener.timesSpent());
        assertEquals(80, sa.packets());
    }

    @Test
    void theLastSequenceNumberIsTheLastOf32BitsForEverySizeOfSenderId() {
        for (int bits = 8; bits <= 32; bits++) {
            int value = (int) ((1L << bits) - 1);
            OutboundSa sa =
                    new OutboundSa(
                            SPI,
                            new SenderId(value, bits),
                            List.of(),
                            SequenceWatch.NONE,
                            null,
                            EspFormat.AES_GCM,
                            OutboundSa.MAX_SEQUENCE);
            assertEquals(-1L << 64 - bits | 1, sa.iv(1));
            assertEquals(value, (int) (sa.iv(0xffff_ffffL) >>> 64 - bits));
            assertEquals(0xffff_ffffL, sa.iv(0xffff_ffffL) & 0xffff_ffffL);
        }
    }

    /** Whatever control does with however many keys and sender ids: no (SPI, IV) comes twice. */
    @Test
    void noPairOfKeyAndIvEverRepeatsOverArbitraryHistories() {
        int sent = 0;
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            SaDatabase member = ShortSa.database(20);
            SaReader thread = member.reader();
            Set<String> seen = new HashSet<>();
            PacketKey key = new PacketKey();
            key.read(memory(udp(28), 0), 0);
            for (int step = 0; step < 400; step++) {
                Spi spi = Spi.of(300 + random.nextInt(3));
                try {
                    switch (random.nextInt(10)) {
                        case 0 -> member.install(tek(spi, spi.value()));
                        case 1 -> member.activate(spi, new SenderId(random.nextInt(64), 8));
                        case 2 -> member.retire(spi);
                        case 3 -> member.remove(spi);
                        default -> {
                            OutboundSa sa = thread.refresh().outbound(key);
                            long number = sa == null ? OutboundSa.SPENT : sa.nextNumber();
                            if (number != OutboundSa.SPENT) {
                                assertTrue(seen.add(sa.spi() + " " + sa.iv(number)));
                            }
                        }
                    }
                } catch (IllegalStateException expected) {
                    continue; // refused: that is the point
                }
            }
            sent += seen.size();
        }
        assertTrue(sent > 1000, "the histories send");
    }

    /** A cipher that fails the test if it is used after its end. */
    private static final class Mortal implements AeadProvider {
        private final AtomicInteger alive = new AtomicInteger();
        private final AtomicInteger usedDead = new AtomicInteger();

        @Override
        public String name() {
            return "mortal";
        }

        @Override
        public AeadCipher gmac(SecretBytes keyAndSalt) {
            throw new AssertionError("AES-GCM was asked for");
        }

        @Override
        public AeadCipher gcm(SecretBytes keyAndSalt, int aadOctets, int icvOctets) {
            alive.incrementAndGet();
            return new AeadCipher() {
                private volatile boolean dead;

                @Override
                public void seal(
                        MemorySegment in,
                        long inOffset,
                        int length,
                        long iv,
                        MemorySegment out,
                        long aadOffset,
                        long outOffset) {
                    if (dead) {
                        usedDead.incrementAndGet();
                    }
                }

                @Override
                public boolean open(
                        MemorySegment in,
                        long aadOffset,
                        long inOffset,
                        int length,
                        long iv,
                        MemorySegment out,
                        long outOffset) {
                    return !dead;
                }

                @Override
                public void destroy() {
                    dead = true;
                    alive.decrementAndGet();
                }
            };
        }
    }

    @Test
    void aKeyIsZeroedAsSoonAsTheLastPacketThreadHasLetGoOfIt() {
        Mortal ciphers = new Mortal();
        SaDatabase member = new SaDatabase(ciphers, SequenceWatch.NONE);
        SaReader one = member.reader();
        SaReader two = member.reader();
        member.install(tek(SPI, 1));
        member.activate(SPI, SENDER);
        one.refresh();
        two.refresh();
        member.removeAll();
        assertEquals(2, ciphers.alive.get(), "both threads may be in the middle of a batch");
        one.refresh();
        assertEquals(2, ciphers.alive.get(), "one still may");
        two.refresh();
        assertEquals(0, ciphers.alive.get());
        member.install(tek(NEXT_SPI, 1));
        member.removeAll();
        one.close();
        two.close();
        assertEquals(0, ciphers.alive.get());
    }

    @Test
    void packetThreadsNeverUseADeadKeyWhileControlSwapsKeys() throws InterruptedException {
        Mortal ciphers = new Mortal();
        SaDatabase member = new SaDatabase(ciphers, SequenceWatch.NONE);
        AtomicInteger sent = new AtomicInteger();
        List<Thread> threads = List.of(packetThread(member, sent), packetThread(member, sent));
        threads.forEach(Thread::start);
        for (int i = 0; i < 5_000 || sent.get() < 5_000; i++) {
            Spi spi = Spi.of(1000 + i % 7);
            member.install(tek(spi, i));
            member.activate(spi, new SenderId(i, 24));
            member.remove(Spi.of(1000 + (i + 5) % 7));
        }
        member.removeAll();
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
        assertEquals(0, ciphers.usedDead.get());
        assertEquals(0, ciphers.alive.get(), "and every key is zeroed in the end");
    }

    private static Thread packetThread(SaDatabase member, AtomicInteger sent) {
        SaReader own = member.reader();
        PacketKey key = new PacketKey();
        key.read(memory(udp(28), 0), 0);
        return new Thread(
                () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        OutboundSa sa = own.refresh().outbound(key);
                        for (int i = 0; sa != null && i < 64; i++) {
                            sa.cipher(0).seal(null, 0, 0, 0, null, 0, 0);
                            sent.incrementAndGet();
                        }
                    }
                    own.close();
                });
    }

    @Test
    void hundredsOfSpisAreEachFound() {
        for (int i = 0; i < 500; i++) {
            database.install(tek(Spi.of(256 + i * 7919), i, List.<TrafficSelector>of()));
        }
        for (int i = 0; i < 500; i++) {
            assertEquals(256 + i * 7919, reader.refresh().inbound(256 + i * 7919).spi().value());
        }
        assertNull(reader.refresh().inbound(257));
    }
}

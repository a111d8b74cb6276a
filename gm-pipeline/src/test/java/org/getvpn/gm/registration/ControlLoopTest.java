// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.PhaseOneProposal;
import org.getvpn.gdoi.exchange.PhaseOneSettings;
import org.getvpn.gdoi.exchange.RegistrationProfile;
import org.getvpn.gm.sa.MemberMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop with real sockets on the loopback interface; the key server here is a test's socket. */
@Timeout(30)
class ControlLoopTest {
    private DatagramSocket keyServer;
    private MembershipSettings settings;
    private ControlLoop loop;
    private Thread thread;

    @BeforeEach
    void listen() throws IOException {
        keyServer = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
        keyServer.setSoTimeout(10_000);
        settings =
                new MembershipSettings(
                        KeyMaker.GROUP,
                        new Endpoint(InetAddress.ofLiteral("127.0.0.1"), freePort()),
                        List.of(
                                new Endpoint(
                                        keyServer.getLocalAddress(), keyServer.getLocalPort())),
                        Set.of(),
                        MemberMode.ACTIVE,
                        Duration.ofMillis(100),
                        Duration.ofMillis(200));
        loop = loop();
        thread = Thread.ofPlatform().daemon().start(loop);
    }

    @AfterEach
    void close() throws Exception {
        loop.close();
        thread.join();
        keyServer.close();
    }

    @Test
    void aMemberAsksFromItsControlAddressAndPort() throws Exception {
        DatagramPacket first = new DatagramPacket(new byte[2048], 2048);

        keyServer.receive(first);

        assertEquals(settings.local().port(), first.getPort());
        assertTrue(first.getLength() > 28, "an ISAKMP message");
    }

    @Test
    void datagramsThatMakeNoSenseAreCountedAndTheLoopLives() throws Exception {
        for (int length : new int[] {0, 1, 27, 28, 1500, 40_000}) {
            keyServer.send(
                    new DatagramPacket(
                            new byte[length],
                            length,
                            settings.local().address(),
                            settings.local().port()));
        }

        await(() -> loop.status().counters().get("datagramsIgnored") == 6);

        long turns = loop.turns();
        await(() -> loop.turns() > turns);
    }

    @Test
    void anAddressInUseIsToldWithTheRemedy() {
        IOException refused = assertThrows(IOException.class, this::loop);

        assertTrue(refused.getMessage().contains("end what else uses the port"));
    }

    @Test
    void closingEndsTheThread() throws Exception {
        loop.close();

        thread.join(Duration.ofSeconds(5));

        assertFalse(thread.isAlive());
    }

    private ControlLoop loop() throws IOException {
        Membership membership =
                new Membership(
                        settings,
                        peer ->
                                new PhaseOneMeans(
                                        PhaseOneSettings.of(
                                                List.of(
                                                        PhaseOneProposal.parse(
                                                                "aes256-sha256-ecp256"))),
                                        SecretBytes.wrap(new byte[16]),
                                        null,
                                        RegistrationProfile.RFC6407),
                        keys -> {},
                        () -> 0,
                        new SeededRandom(1));
        return new ControlLoop(membership, settings, new BootClock()::now);
    }

    private static int freePort() throws IOException {
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            return probe.getLocalPort();
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "in time");
            Thread.onSpinWait();
        }
    }
}

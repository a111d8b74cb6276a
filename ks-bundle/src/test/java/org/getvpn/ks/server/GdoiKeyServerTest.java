// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.api.KeyServer;
import org.getvpn.ks.api.KeyServerConfiguration;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.PolicyEnforcer;
import org.getvpn.ks.api.SaStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A configuration is in force as a whole or not at all; keys outlive configurations and processes.
 */
class GdoiKeyServerTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    @TempDir Path folder;
    private final GdoiKeyServer server = new GdoiKeyServer();
    private Installation installation;

    @BeforeEach
    void install() throws Exception {
        installation = new Installation(folder);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void withoutAConfigurationItServesNothingAndSaysSo() {
        assertFalse(server.status().serving());
        assertEquals("not configured", server.status().health());
        assertTrue(server.groups().isEmpty());
        assertThrows(IllegalArgumentException.class, () -> server.rekey("blue"));
    }

    @Test
    void aConfiguredGroupSoonHasAKeyToSendWith() throws Exception {
        server.configure(installation.configuration());
        assertTrue(server.status().serving());
        assertEquals("127.0.0.1, 127.0.0.2 UDP " + installation.port(), server.status().listen());
        awaitSendable();
        assertEquals("ok", server.groups().get(0).health());
        assertEquals(List.of("TEK", "KEK"), kinds(server));
    }

    @Test
    void aMissingWrappingKeyIsRefusedWithTheCommandThatMakesOne() throws Exception {
        Files.delete(folder.resolve("wrapping.key"));
        InvalidConfiguration refused = refused();
        assertEquals("keyServer.wrappingKeyFile", refused.problems().get(0).field());
        assertTrue(refused.getMessage().contains("--make-wrapping-key"));
        assertFalse(server.status().serving());
        assertFalse(Files.exists(folder.resolve("state")));
    }

    @Test
    void aMissingPreSharedKeyFileIsRefused() throws Exception {
        Files.delete(folder.resolve("psk"));
        assertEquals("keyServer.preSharedKeysFile", refused().problems().get(0).field());
    }

    @Test
    void anAddressInUseIsRefusedAndTheConfigurationBeforeGoesOn() throws Exception {
        server.configure(installation.configuration());
        awaitSendable();
        List<SaStatus> before = server.sas("blue");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Installation other = new Installation(elsewhere);
        try (DatagramSocket taken =
                new DatagramSocket(other.port(), InetAddress.getByName("127.0.0.1"))) {
            KeyServerConfiguration next = other.configuration();
            InvalidConfiguration refused =
                    assertThrows(InvalidConfiguration.class, () -> server.configure(next));
            assertEquals("keyServer.addresses", refused.problems().get(0).field());
            assertTrue(refused.getMessage().contains("127.0.0.1:" + taken.getLocalPort()));
        }
        assertTrue(server.status().serving());
        assertEquals(before.get(0).spi(), server.sas("blue").get(0).spi());
    }

    @Test
    void aStateDirectoryInUseIsRefused() throws Exception {
        server.configure(installation.configuration());
        try (GdoiKeyServer second = new GdoiKeyServer()) {
            KeyServerConfiguration same = installation.configuration();
            InvalidConfiguration refused =
                    assertThrows(InvalidConfiguration.class, () -> second.configure(same));
            assertEquals("keyServer.stateDirectory", refused.problems().get(0).field());
        }
    }

    @Test
    void keysAreTheSameAfterARestart() throws Exception {
        server.configure(installation.configuration());
        awaitSendable();
        List<String> before = spis(server);
        server.close();
        try (GdoiKeyServer again = new GdoiKeyServer()) {
            again.configure(installation.configuration());
            assertEquals(before, spis(again));
        }
    }

    @Test
    void switchesAreAskedBeforeMembersHearAndAgainWhoeverProgramsThem() throws Exception {
        List<Integer> asked = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> answer = new CompletableFuture<>();
        PolicyEnforcer enforcer =
                new PolicyEnforcer() {
                    @Override
                    public CompletionStage<Void> prepare(String group, int spi, Duration deadline) {
                        asked.add(spi);
                        return answer;
                    }

                    @Override
                    public void withdraw(String group, int spi) {}
                };
        server.setEnforcer(enforcer);
        server.configure(installation.configuration());
        Eventually.holds(SOON, () -> asked.size() == 1, () -> "asked " + asked);
        assertEquals(KeyStage.ANNOUNCED, server.sas("blue").get(0).stage());
        assertEquals(String.format("0x%08x", asked.get(0)), server.sas("blue").get(0).spi());
        answer.complete(null);
        awaitSendable();
        server.setEnforcer(enforcer);
        Eventually.holds(SOON, () -> asked.size() == 2, () -> "asked " + asked);
        assertEquals(asked.get(0), asked.get(1));
    }

    @Test
    void anEnforcerThatThrowsDelaysAKeyAndStopsNothing() throws Exception {
        server.setEnforcer(
                new PolicyEnforcer() {
                    @Override
                    public CompletionStage<Void> prepare(String group, int spi, Duration deadline) {
                        throw new IllegalStateException("no switch is connected");
                    }

                    @Override
                    public void withdraw(String group, int spi) {
                        throw new IllegalStateException("no switch is connected");
                    }
                });
        server.configure(installation.configuration());
        awaitSendable();
    }

    @Test
    void listenersHearOfKeysAndARekeyReturnsTheSpiThatComes() throws Exception {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        KeyServer.Listener listener = heard::add;
        server.addListener(listener);
        server.addListener(
                group -> {
                    throw new IllegalStateException("a careless listener");
                });
        server.configure(installation.configuration());
        awaitSendable();
        assertTrue(heard.contains("blue"));
        String first = server.sas("blue").get(0).spi();
        String second = server.rekey("blue");
        assertNotEquals(first, second);
        Eventually.holds(
                SOON,
                () ->
                        server.sas("blue").stream()
                                .anyMatch(
                                        sa ->
                                                sa.spi().equals(second)
                                                        && sa.stage() == KeyStage.SENDABLE),
                () -> server.sas("blue").toString());
        assertTrue(
                assertThrows(IllegalArgumentException.class, () -> server.rekey("red"))
                        .getMessage()
                        .contains("blue"));
    }

    private InvalidConfiguration refused() throws Exception {
        KeyServerConfiguration configuration = installation.configuration();
        return assertThrows(InvalidConfiguration.class, () -> server.configure(configuration));
    }

    private void awaitSendable() {
        Eventually.holds(
                SOON,
                () ->
                        server.sas("blue").stream()
                                .anyMatch(
                                        sa ->
                                                sa.kind().equals("TEK")
                                                        && sa.stage() == KeyStage.SENDABLE),
                () -> "stages " + kinds(server));
    }

    private static List<String> kinds(KeyServer server) {
        return server.sas("blue").stream().map(SaStatus::kind).collect(Collectors.toList());
    }

    private static List<String> spis(KeyServer server) {
        return server.sas("blue").stream().map(SaStatus::spi).collect(Collectors.toList());
    }
}

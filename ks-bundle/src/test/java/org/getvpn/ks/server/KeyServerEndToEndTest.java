// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.MemberStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members over real UDP: who is admitted, what they get, and what the log says of the others. */
class KeyServerEndToEndTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    @TempDir Path folder;
    private final PrintStream console = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final GdoiKeyServer server = new GdoiKeyServer();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Installation installation;

    @BeforeEach
    void serve() throws Exception {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        installation = new Installation(folder);
        server.configure(installation.configuration());
        Eventually.holds(
                SOON,
                () ->
                        server.sas("blue").stream()
                                .anyMatch(
                                        sa ->
                                                sa.stage() == KeyStage.SENDABLE
                                                        && sa.kind().equals("TEK")),
                this::text);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        server.close();
        System.setErr(console);
        console.print(text());
    }

    @Test
    void aMemberGetsPolicyKeysAndASenderId() throws Exception {
        LoopbackMember member = member("127.0.0.11", "127.0.0.1");
        GroupDownload download = registered(member);
        assertEquals(1, download.teks().size());
        assertEquals(server.sas("blue").get(0).spi(), download.teks().get(0).spi().toString());
        assertEquals("10.0.0.0/8 > 10.0.0.0/8", selectors(download));
        assertEquals(1, download.senderIds().size());
        MemberStatus status = server.members("blue").get(0);
        assertEquals("127.0.0.11", status.address());
        assertEquals(1, status.registrations());
        assertEquals(1, server.status().registrations());
        assertTrue(text().contains("group=blue spi=- member=127.0.0.11"), text());
    }

    @Test
    void anAnswerLeavesFromTheAddressThatWasAsked() throws Exception {
        LoopbackMember member = member("127.0.0.12", "127.0.0.2");
        registered(member);
        assertTrue(
                member.answeredFrom().stream()
                        .allMatch(from -> from.address().getHostAddress().equals("127.0.0.2")));
    }

    @Test
    void twoMembersShareTheKeyAndNotTheSenderId() throws Exception {
        GroupDownload one = registered(member("127.0.0.11", "127.0.0.1"));
        GroupDownload other = registered(member("127.0.0.12", "127.0.0.1"));
        assertEquals(one.teks().get(0).cipherKey(), other.teks().get(0).cipherKey());
        assertNotEquals(one.senderIds(), other.senderIds());
    }

    @Test
    void aRekeyReachesEveryMemberInEachRoundAndEndsTheOldKey() throws Exception {
        LoopbackMember one = member("127.0.0.11", "127.0.0.1");
        LoopbackMember other = member("127.0.0.12", "127.0.0.2");
        String old = registered(one).teks().get(0).spi().toString();
        registered(other);
        String fresh = server.rekey("blue");
        for (LoopbackMember member : List.of(one, other)) {
            Eventually.holds(
                    SOON,
                    () -> member.rekeys().stream().anyMatch(r -> !r.deletedTeks().isEmpty()),
                    () -> member.facts() + text());
            RekeyMessage first = member.rekeys().get(0);
            assertEquals(fresh, first.download().orElseThrow().teks().get(0).spi().toString());
            RekeyMessage last = member.rekeys().get(member.rekeys().size() - 1);
            assertEquals(old, last.deletedTeks().get(0).toString());
        }
        assertTrue(server.members("blue").get(0).rekeysSent() >= 2);
    }

    @Test
    void aWrongPreSharedKeyIsNamedAsTheProbableReasonAndLeavesNothing() throws Exception {
        LoopbackMember member =
                new LoopbackMember(
                        "127.0.0.13",
                        "127.0.0.1",
                        installation.port(),
                        "not the secret at all",
                        1234);
        open.add(member);
        Eventually.holds(
                SOON,
                () ->
                        text().lines()
                                .anyMatch(
                                        line ->
                                                line.contains("member=127.0.0.13")
                                                        && line.contains("pre-shared key")),
                this::text);
        assertTrue(server.members("blue").isEmpty());
        assertTrue(member.downloads().isEmpty());
    }

    @Test
    void whoHasAKeyButIsNotListedIsDeniedByName() throws Exception {
        LoopbackMember member = member("127.0.0.21", "127.0.0.1");
        Eventually.holds(
                SOON,
                () ->
                        text().contains(
                                        "not authorised: address 127.0.0.21 matches none of the group's members"),
                this::text);
        assertTrue(
                text().lines()
                        .anyMatch(
                                line ->
                                        line.contains("group=blue")
                                                && line.contains("member=127.0.0.21")
                                                && line.contains("stage=DENIED")),
                text());
        assertTrue(server.members("blue").isEmpty());
        assertTrue(member.downloads().isEmpty());
        assertEquals(1, server.status().refusals());
    }

    @Test
    void anUnknownGroupIsDenied() throws Exception {
        LoopbackMember member =
                new LoopbackMember(
                        "127.0.0.14", "127.0.0.1", installation.port(), Installation.SECRET, 9999);
        open.add(member);
        Eventually.holds(SOON, () -> text().contains("no group has the identity"), this::text);
        assertTrue(member.downloads().isEmpty());
    }

    @Test
    void garbageIsCountedAndHarmsNobody() throws Exception {
        Random random = new Random(6407);
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.15"))) {
            for (int i = 0; i < 500; i++) {
                byte[] octets = new byte[random.nextInt(1400)];
                random.nextBytes(octets);
                socket.send(
                        new DatagramPacket(
                                octets,
                                octets.length,
                                InetAddress.getByName("127.0.0.1"),
                                installation.port()));
            }
        }
        registered(member("127.0.0.11", "127.0.0.1"));
        assertTrue(
                server.status().datagramsIgnored() >= 400, server.status().datagramsIgnored() + "");
        assertTrue(text().lines().filter(line -> line.contains("IGNORED")).count() < 100, text());
    }

    @Test
    void noSecretIsEverLogged() throws Exception {
        LoopbackMember member = member("127.0.0.11", "127.0.0.1");
        GroupDownload download = registered(member);
        server.rekey("blue");
        Eventually.holds(SOON, () -> !member.rekeys().isEmpty(), this::text);
        List<SecretBytes> secrets = new ArrayList<>();
        secrets.add(download.kek().orElseThrow().ivAndKey());
        for (Tek tek : download.teks()) {
            secrets.add(tek.cipherKey());
        }
        secrets.add(SecretBytes.wrap(Installation.SECRET.getBytes(StandardCharsets.UTF_8)));
        String everything =
                text()
                        + member.facts()
                        + download
                        + server.sas("blue")
                        + server.members("blue")
                        + server.groups();
        for (SecretBytes secret : secrets) {
            for (String shape : shapes(secret.expose())) {
                assertFalse(everything.contains(shape), "a secret is visible");
            }
        }
    }

    /** The first 8 octets in the ways that a careless line shows them. */
    private static List<String> shapes(byte[] secret) {
        StringBuilder hexadecimal = new StringBuilder();
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            hexadecimal.append(String.format("%02x", secret[i]));
            list.append(i == 0 ? "" : ", ").append(secret[i]);
        }
        byte[] head = Arrays.copyOf(secret, 9);
        return List.of(
                hexadecimal.toString(),
                hexadecimal.toString().toUpperCase(),
                list.toString(),
                Base64.getEncoder().encodeToString(head),
                new String(head, StandardCharsets.ISO_8859_1));
    }

    private static String selectors(GroupDownload download) {
        return download.teks().get(0).selectors().get(0).toString();
    }

    private LoopbackMember member(String address, String keyServer) throws Exception {
        LoopbackMember member =
                new LoopbackMember(
                        address, keyServer, installation.port(), Installation.SECRET, 1234);
        open.add(member);
        return member;
    }

    private GroupDownload registered(LoopbackMember member) {
        Eventually.holds(SOON, () -> !member.downloads().isEmpty(), () -> member.facts() + text());
        return member.downloads().get(0);
    }

    private String text() {
        return log.toString(StandardCharsets.UTF_8);
    }
}

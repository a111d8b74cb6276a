// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.SenderId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The delivered program in a process of its own, with 128 MiB, killed without a warning. */
class KilledProgramPackagedTest {
    private static final Duration SOON = Duration.ofSeconds(40);
    @TempDir Path folder;
    private final List<AutoCloseable> open = new ArrayList<>();
    private Installation installation;
    private Process program;
    private Path output;

    @BeforeEach
    void start() throws Exception {
        installation = new Installation(folder).tek(40, 1);
        output = folder.resolve("output");
        program = launch();
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        program.destroyForcibly().waitFor();
        System.out.print(text());
    }

    private Process launch() throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-jar",
                                System.getProperty("program"),
                                "--config",
                                installation.file().toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                        .start();
        program = process;
        return process;
    }

    @Test
    void afterAKillTheKeysAreTheSameAndMembersHearTheNextRekey() throws Exception {
        serving(1);
        LoopbackMember member = member("127.0.0.11");
        GroupDownload before = registered(member);
        program.destroyForcibly().waitFor();
        launch();
        serving(2);
        GroupDownload after = registered(member("127.0.0.12"));
        assertEquals(before.teks().get(0).spi(), after.teks().get(0).spi());
        assertEquals(before.teks().get(0).cipherKey(), after.teks().get(0).cipherKey());
        assertEquals(before.kek(), after.kek());
        List<SenderId> given = new ArrayList<>(before.senderIds());
        given.retainAll(after.senderIds());
        assertEquals(List.of(), given, "no sender id twice");
        Eventually.holds(
                SOON,
                () ->
                        member.rekeys().stream()
                                .flatMap(rekey -> rekey.download().stream())
                                .flatMap(download -> download.teks().stream())
                                .anyMatch(tek -> !tek.spi().equals(before.teks().get(0).spi())),
                () -> member.facts() + text());
        List<Long> sequences =
                member.rekeys().stream().map(RekeyMessage::sequence).collect(Collectors.toList());
        assertEquals(
                sequences.stream().sorted().distinct().collect(Collectors.toList()), sequences);
    }

    @Test
    void atSigtermItEndsCleanly() throws Exception {
        serving(1);
        program.destroy();
        assertEquals(143, program.waitFor());
        assertTrue(!text().contains("Exception"), text());
    }

    @Test
    void aChangedFileIsPutInForceAndABrokenOneIsNot() throws Exception {
        serving(1);
        Files.writeString(installation.file(), "keyServer: {");
        Eventually.holds(
                SOON, () -> text().contains("the configuration before stays in force"), this::text);
        installation.tek(50, 1);
        installation.file();
        Eventually.holds(SOON, () -> text().contains("is in force\""), this::text);
        registered(member("127.0.0.11"));
    }

    private LoopbackMember member(String address) throws IOException {
        LoopbackMember member =
                new LoopbackMember(
                        address, "127.0.0.1", installation.port(), Installation.SECRET, 1234);
        open.add(member);
        return member;
    }

    private GroupDownload registered(LoopbackMember member) {
        Eventually.holds(SOON, () -> !member.downloads().isEmpty(), () -> member.facts() + text());
        return member.downloads().get(0);
    }

    private void serving(int times) {
        Eventually.holds(
                SOON,
                () -> text().lines().filter(line -> line.startsWith("serving on")).count() == times,
                this::text);
    }

    private String text() {
        try {
            return Files.exists(output) ? Files.readString(output, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }
}

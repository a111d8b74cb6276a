// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.getvpn.ks.api.GroupStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written stays written; who comes too late is told so. */
class MvGroupStoreTest {
    @TempDir Path folder;

    @Test
    void aRecordIsWrittenOnlyOverTheVersionThatWasRead() {
        try (MvGroupStore store = MvGroupStore.open(folder)) {
            assertTrue(store.compareAndSet("a", 0, new byte[] {1}));
            assertFalse(store.compareAndSet("a", 0, new byte[] {2}));
            assertTrue(store.compareAndSet("a", 1, new byte[] {3}));
            assertEquals(2, store.get("a").orElseThrow().version());
            assertArrayEquals(new byte[] {3}, store.get("a").orElseThrow().octets());
            assertFalse(store.remove("a", 1));
            assertTrue(store.remove("a", 2));
            assertTrue(store.get("a").isEmpty());
            assertFalse(store.remove("a", 0));
        }
    }

    @Test
    void recordsAreListedByPrefixInOrder() {
        try (MvGroupStore store = MvGroupStore.open(folder)) {
            for (String name : List.of("member/b/2", "member/b/1", "group/b", "member/c/1", "z")) {
                store.compareAndSet(name, 0, new byte[1]);
            }
            assertEquals(
                    List.of("member/b/1", "member/b/2"),
                    new ArrayList<>(store.list("member/b/").keySet()));
            assertEquals(5, store.list("").size());
        }
    }

    @Test
    void watchersHearOfChangesUntilTheyLeave() throws Exception {
        try (MvGroupStore store = MvGroupStore.open(folder)) {
            List<String> heard = new ArrayList<>();
            AutoCloseable watch =
                    store.watch("group/", (name, v) -> heard.add(name + v.isPresent()));
            store.compareAndSet("group/b", 0, new byte[1]);
            store.compareAndSet("other", 0, new byte[1]);
            store.remove("group/b", 1);
            watch.close();
            store.compareAndSet("group/c", 0, new byte[1]);
            assertEquals(List.of("group/btrue", "group/bfalse"), heard);
        }
    }

    @Test
    void onlyItsOwnerMayReadItAndOnlyOneMayOpenIt() throws IOException {
        Path state = folder.resolve("state");
        try (MvGroupStore store = MvGroupStore.open(state)) {
            assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(state)));
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(state.resolve("ks.mv.db"))));
            StoreUnavailable refused =
                    assertThrows(StoreUnavailable.class, () -> MvGroupStore.open(state));
            assertTrue(refused.getMessage().contains("same stateDirectory"));
            assertTrue(store.get("nothing").isEmpty());
        }
    }

    @Test
    void anInterruptOfACallerHarmsNothing() {
        try (MvGroupStore store = MvGroupStore.open(folder)) {
            Thread.currentThread().interrupt();
            assertTrue(store.compareAndSet("a", 0, new byte[] {1}));
            assertTrue(Thread.interrupted(), "the caller's interrupt is kept for the caller");
            assertTrue(store.compareAndSet("a", 1, new byte[] {2}));
        }
        try (MvGroupStore store = MvGroupStore.open(folder)) {
            assertEquals(2, store.get("a").orElseThrow().version());
        }
    }

    /** A process that writes is killed at random; whatever it had said is there, and no hole. */
    @Test
    void noAcknowledgedWriteIsLostWhenTheProcessIsKilled() throws Exception {
        Random random = new Random(848);
        Map<String, Long> said = new HashMap<>();
        for (int round = 0; round < 6; round++) {
            int writes = 20 + random.nextInt(200);
            Process writer =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xmx64m",
                                    "-XX:TieredStopAtLevel=1",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    CrashingWriter.class.getName(),
                                    folder.toString(),
                                    Integer.toString(round))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            try (BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(
                                    writer.getInputStream(), StandardCharsets.UTF_8))) {
                for (int i = 0; i < writes; i++) {
                    note(lines.readLine(), said);
                }
                writer.toHandle().destroyForcibly(); // unlike Process, leaves the pipe open
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    note(line, said);
                }
            }
            writer.waitFor();
            try (MvGroupStore store = MvGroupStore.open(folder)) {
                for (Map.Entry<String, Long> each : said.entrySet()) {
                    GroupStore.Versioned found = store.get(each.getKey()).orElseThrow();
                    long ahead = found.version() - each.getValue();
                    assertTrue(ahead == 0 || ahead == 1, each + " found " + found.version());
                    assertEquals(found.version(), ByteBuffer.wrap(found.octets()).getLong());
                }
            }
        }
        assertEquals(CrashingWriter.RECORDS, said.size());
    }

    /** A line that the kill cut off in the middle says nothing. */
    private static void note(String line, Map<String, Long> said) {
        if (line != null && line.matches("counter/[0-9] [0-9]+")) {
            String[] words = line.split(" ");
            said.merge(words[0], Long.parseLong(words[1]), Math::max);
        }
    }
}

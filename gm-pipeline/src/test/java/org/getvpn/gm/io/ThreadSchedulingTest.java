// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the kernel says of the threads of a process of its own. */
class ThreadSchedulingTest {
    private static final int POLICY = 40; // of the fields of proc_pid_stat(5), from 0
    private static final int NAME_END = 2; // fields before and with the name

    @Test
    void realTimeIsGivenToEveryThread() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        assertEquals("[2]", policiesAfter("realtime")); // SCHED_RR
    }

    @Test
    void aShortSliceKeepsTheOrdinaryPolicy() throws Exception {
        assertEquals("[0]", policiesAfter("slice"));
    }

    private static String policiesAfter(String what) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx32m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Scheduled.class.getName(),
                                what)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        process.waitFor();
        return said;
    }

    /** The process. */
    static final class Scheduled {
        private Scheduled() {}

        /** Sets what the argument says, and prints the policies of all threads. */
        public static void main(String[] arguments) throws Exception {
            if (arguments[0].equals("realtime")) {
                ThreadScheduling.realTime();
            } else {
                ThreadScheduling.shortSlice();
            }
            Set<Integer> policies = new TreeSet<>();
            Thread later =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            policies.addAll(policies());
                                        } catch (IOException e) {
                                            throw new IllegalStateException(e);
                                        }
                                    });
            later.join();
            System.out.println(policies);
        }

        private static List<Integer> policies() throws IOException {
            try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
                return threads.map(Scheduled::policy).collect(Collectors.toList());
            }
        }

        private static Integer policy(Path thread) {
            try {
                String stat = Files.readString(thread.resolve("stat"));
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                return Integer.valueOf(fields[POLICY - NAME_END]);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.rekey;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.getvpn.ks.api.ConfigurationReader;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.api.MemberStatus;
import org.getvpn.ks.api.SaStatus;
import org.getvpn.ks.server.GdoiKeyServer;

/**
 * The measured process: the key server as it is, and an operator who reads his orders from standard
 * input. Each gets one line of answer.
 */
public final class ServedGroup {
    /** Begins each answer; other lines are the log's. */
    static final String MARK = "= ";

    private static final double MEBIBYTE = 1 << 20;

    private final GdoiKeyServer server = new GdoiKeyServer();

    private ServedGroup() {}

    /**
     * @param arguments the configuration as a JSON file
     */
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        ServedGroup group = new ServedGroup();
        group.configure(arguments[0]);
        answers.println(MARK + "serving");
        BufferedReader orders =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            answers.println(MARK + group.answer(order.split(" ")));
        }
        group.server.close();
    }

    private String configure(String file) throws IOException, InvalidConfiguration {
        server.configure(
                ConfigurationReader.read(
                        new ObjectMapper().readTree(Files.readAllBytes(Path.of(file)))));
        return "done";
    }

    private String answer(String[] order) throws Exception {
        switch (order[0]) {
            case "configure":
                return configure(order[1]);
            case "rekey":
                return server.rekey(GroupFiles.NAME);
            case "rekey-kek":
                return server.rekeyKek(GroupFiles.NAME);
            case "evict":
                server.evict(GroupFiles.NAME, order[1]);
                return "done";
            case "members":
                return Long.toString(server.members(GroupFiles.NAME).size());
            case "acknowledged":
                return Long.toString(
                        server.members(GroupFiles.NAME).stream()
                                .mapToLong(MemberStatus::rekeysAcknowledged)
                                .sum());
            case "keys":
                return server.sas(GroupFiles.NAME).stream()
                        .map(SaStatus::spi)
                        .collect(Collectors.joining(","));
            case "teks":
                return Long.toString(
                        server.sas(GroupFiles.NAME).stream()
                                .filter(sa -> sa.kind().equals("TEK"))
                                .count());
            case "heap":
                System.gc();
                Runtime memory = Runtime.getRuntime();
                return Double.toString((memory.totalMemory() - memory.freeMemory()) / MEBIBYTE);
            case "processor-nanos":
                return Long.toString(processorNanos());
            default:
                throw new IllegalArgumentException(String.join(" ", order));
        }
    }

    /** Of the key server's own threads: not the compiler's, the collector's and the operator's. */
    private static long processorNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("getvpn-")) {
                nanos += threads.getThreadCpuTime(thread.getThreadId());
            }
        }
        return nanos;
    }
}

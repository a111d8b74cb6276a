// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.ike;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Two network namespaces with one wire between them: the responder at 10.84.0.1, the load at
 * 10.84.1.1 and the addresses after it. What comes from 10.85.0.0/16 is answered towards the load.
 */
final class Namespaces implements AutoCloseable {
    static final String RESPONDER_ADDRESS = "10.84.0.1";

    private final String responder = "gvbench-r-" + ProcessHandle.current().pid();
    private final String load = "gvbench-l-" + ProcessHandle.current().pid();

    /** Makes them; needs root. */
    Namespaces() throws IOException {
        run("ip", "netns", "add", responder);
        run("ip", "netns", "add", load);
        run("ip", "-n", responder, "link", "add", "resp", "type", "veth", "peer", "name", "load");
        run("ip", "-n", responder, "link", "set", "load", "netns", load);
        run("ip", "-n", responder, "addr", "add", RESPONDER_ADDRESS + "/16", "dev", "resp");
        for (int i = 0; i < LoadGenerator.MEMBERS; i++) {
            String member = LoadGenerator.member(i).getHostAddress();
            run("ip", "-n", load, "addr", "add", member + "/16", "dev", "load");
        }
        run("ip", "-n", responder, "link", "set", "lo", "up");
        run("ip", "-n", responder, "link", "set", "resp", "up");
        run("ip", "-n", load, "link", "set", "lo", "up");
        run("ip", "-n", load, "link", "set", "load", "up");
        String first = LoadGenerator.member(0).getHostAddress();
        run("ip", "-n", responder, "route", "add", "10.85.0.0/16", "via", first);
    }

    /** The words that start a program beside the responder's end of the wire, on the first core. */
    List<String> atResponder(List<String> command) {
        return inside(responder, 0, command);
    }

    /** The same at the other end, on the second core. */
    List<String> atLoad(List<String> command) {
        return inside(load, 1, command);
    }

    private static List<String> inside(String namespace, int core, List<String> command) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "ip",
                                "netns",
                                "exec",
                                namespace,
                                "taskset",
                                "-c",
                                Integer.toString(core)));
        words.addAll(command);
        return words;
    }

    /** Where the load's frames go. */
    String responderMac() throws IOException {
        return output(atResponder(List.of("cat", "/sys/class/net/resp/address"))).trim();
    }

    /** Ends the processes in them before they go. */
    @Override
    public void close() throws IOException {
        for (String namespace : List.of(load, responder)) {
            for (String pid : output(List.of("ip", "netns", "pids", namespace)).split("\\s+")) {
                if (!pid.isEmpty()) {
                    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
                }
            }
            run("ip", "netns", "delete", namespace);
        }
    }

    /**
     * Runs a command to its end.
     *
     * @throws IOException with what it said if it failed
     */
    static String output(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return said;
    }

    private static void run(String... command) throws IOException {
        output(List.of(command));
    }
}

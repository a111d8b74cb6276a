// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Wireshark's decoder as a judge; a test that needs it is skipped where it is not installed. */
final class Tshark {
    private Tshark() {}

    /** The lines of its output that {@code keep} wants: it can be hundreds of megabytes. */
    static List<String> run(Predicate<String> keep, String... arguments) throws IOException {
        String tshark = find();
        List<String> command = new ArrayList<>(List.of(tshark));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().close();
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            return out.lines().filter(keep).collect(Collectors.toList());
        }
    }

    private static String find() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            File candidate = new File(folder, "tshark");
            if (candidate.canExecute()) {
                return candidate.getPath();
            }
        }
        return abort("tshark is not installed (apt-get install tshark): not compared with it");
    }
}

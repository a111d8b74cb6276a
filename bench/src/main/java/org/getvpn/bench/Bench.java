// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** {@code bench [--only esp] [--json FILE]}: runs the comparisons and prints ratios. */
public final class Bench {
    private static final String USAGE =
            String.join(
                    System.lineSeparator(),
                    "usage: bench [--only esp] [--json FILE]",
                    "  esp   one packet through ESP, AES-256-GCM, against the JDK's bare cipher",
                    "  --json FILE writes the same facts: esp_{64,512,1400}_{ns,ratio}");

    private Bench() {}

    /** Exit code 0 if it ran, 2 for wrong words. */
    public static void main(String[] arguments) throws RunnerException, IOException {
        Path json = null;
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--json") && i + 1 < arguments.length) {
                json = Path.of(arguments[++i]);
            } else if (arguments[i].equals("--only")
                    && i + 1 < arguments.length
                    && arguments[i + 1].equals("esp")) {
                i++;
            } else {
                System.err.println(USAGE);
                System.exit(arguments[i].equals("--help") ? 0 : 2);
            }
        }
        Map<String, Double> facts = esp();
        facts.forEach((key, value) -> System.out.printf("%-20s %10.2f%n", key, value));
        if (json != null) {
            Files.writeString(
                    json,
                    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(facts));
        }
    }

    private static Map<String, Double> esp() throws RunnerException {
        Collection<RunResult> results =
                new Runner(
                                new OptionsBuilder()
                                        .include(EspBenchmark.class.getSimpleName())
                                        .forks(1)
                                        .warmupIterations(2)
                                        .warmupTime(TimeValue.seconds(1))
                                        .measurementIterations(3)
                                        .measurementTime(TimeValue.seconds(1))
                                        .jvmArgs(
                                                "-Xmx64m",
                                                "-XX:+UseSerialGC",
                                                "--enable-native-access=ALL-UNNAMED")
                                        .build())
                        .run();
        Map<String, Double> nanos = new TreeMap<>();
        for (RunResult result : results) {
            String name = result.getParams().getBenchmark();
            nanos.put(
                    name.substring(name.lastIndexOf('.') + 1)
                            + "/"
                            + result.getParams().getParam("octets"),
                    result.getPrimaryResult().getScore());
        }
        Map<String, Double> facts = new TreeMap<>();
        for (String octets : new String[] {"64", "512", "1400"}) {
            double ours = nanos.get("encapsulate/" + octets);
            facts.put("esp_" + octets + "_ns", ours);
            facts.put("esp_" + octets + "_ratio", ours / nanos.get("bareCipher/" + octets));
        }
        return facts;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.getvpn.bench.esp.EspComparison;
import org.getvpn.bench.ike.IkeComparison;
import org.getvpn.bench.lab.Effort;
import org.getvpn.bench.lab.Programs;
import org.getvpn.bench.lab.Progress;
import org.getvpn.bench.p4.SwitchComparison;
import org.getvpn.bench.rekey.RekeyBenchmark;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@code bench [--only esp|ike|p4|rekey] [--quick] [--json FILE]}: runs the comparisons and prints
 * ratios.
 */
public final class Bench {
    private static final List<String> COMPARISONS = List.of("esp", "ike", "p4", "rekey");
    private static final String USAGE =
            String.join(
                    System.lineSeparator(),
                    "usage: bench [--only esp|ike|p4|rekey] [--quick] [--json FILE]",
                    "  esp   gateways against the kernel, strongSwan and wireguard-go, the cipher"
                            + " against C; needs root",
                    "  ike   registrations against strongSwan's charon, and a flood; needs root",
                    "  p4    the software switch against bmv2 and the kernel; needs root",
                    "  rekey a group of ten thousand members on this machine",
                    "  --quick     one short round of esp and p4, few members of rekey, to see that"
                            + " everything runs",
                    "  --json FILE writes the same facts; bench/README.md names them");

    private Bench() {}

    /** Exit code 0 if it ran, 2 for wrong words. */
    public static void main(String[] arguments) throws RunnerException, IOException {
        Path json = null;
        Effort effort = Effort.FULL;
        List<String> wanted = COMPARISONS;
        for (int i = 0; i < arguments.length; i++) {
            boolean hasValue = i + 1 < arguments.length;
            if (arguments[i].equals("--json") && hasValue) {
                json = Path.of(arguments[++i]);
            } else if (arguments[i].equals("--quick")) {
                effort = Effort.QUICK;
            } else if (arguments[i].equals("--only")
                    && hasValue
                    && COMPARISONS.contains(arguments[i + 1])) {
                wanted = List.of(arguments[++i]);
            } else {
                System.err.println(USAGE);
                System.exit(arguments[i].equals("--help") ? 0 : 2);
            }
        }
        Map<String, Object> facts = new TreeMap<>();
        if (wanted.contains("esp")) {
            facts.putAll(new EspComparison(programs(), effort).run());
            facts.putAll(onePacket(effort));
        }
        if (wanted.contains("ike")) {
            facts.putAll(
                    new IkeComparison(
                                    Path.of(System.getProperty("getvpn.ks")),
                                    System.getProperty("getvpn.jdk17"))
                            .run());
        }
        if (wanted.contains("rekey")) {
            RekeyBenchmark rekey =
                    effort == Effort.QUICK ? RekeyBenchmark.quick() : RekeyBenchmark.full();
            facts.putAll(rekey.run());
        }
        if (wanted.contains("p4")) {
            facts.putAll(new SwitchComparison(programs(), effort).run());
        }
        facts.forEach(
                (key, value) ->
                        System.out.println(
                                value instanceof Double
                                        ? String.format("%-28s %12.2f", key, value)
                                        : String.format("%-28s %s", key, value)));
        if (json != null) {
            Files.writeString(
                    json,
                    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(facts));
        }
    }

    private static Programs programs() {
        return new Programs(
                Path.of(System.getProperty("getvpn.ks")),
                Path.of(System.getProperty("getvpn.gm")),
                Path.of(System.getProperty("getvpn.gm.options")),
                System.getProperty("getvpn.jdk17"),
                Path.of("/usr/bin/wireguard-go"),
                Path.of(System.getProperty("getvpn.wireguard-go")),
                Path.of(System.getProperty("getvpn.lab")));
    }

    private static Map<String, Double> onePacket(Effort effort) throws RunnerException {
        Progress.say("one packet through the encapsulator, one look into the policy, by JMH");
        Collection<RunResult> results =
                new Runner(
                                new OptionsBuilder()
                                        .include(
                                                EspBenchmark.class.getSimpleName()
                                                        + ".(bareCipher|encapsulate)$")
                                        .include(SelectorBenchmark.class.getSimpleName())
                                        .forks(1)
                                        .warmupIterations(1)
                                        .warmupTime(TimeValue.seconds(1))
                                        .measurementIterations(effort.rounds())
                                        .measurementTime(TimeValue.seconds(1))
                                        .verbosity(VerboseMode.SILENT)
                                        .jvmArgs(
                                                "-Xmx64m",
                                                "--sun-misc-unsafe-memory-access=allow",
                                                "-XX:+UseSerialGC",
                                                "--enable-native-access=ALL-UNNAMED")
                                        .build())
                        .run();
        Map<String, Double> nanos = new TreeMap<>();
        for (RunResult result : results) {
            String name = result.getParams().getBenchmark();
            String octets = result.getParams().getParam("octets");
            nanos.put(
                    name.substring(name.lastIndexOf('.') + 1)
                            + "/"
                            + (octets == null ? result.getParams().getParam("lines") : octets),
                    result.getPrimaryResult().getScore());
        }
        Map<String, Double> facts = new TreeMap<>();
        for (String octets : new String[] {"64", "512", "1400"}) {
            double ours = nanos.get("encapsulate/" + octets);
            facts.put("esp_" + octets + "_ns", ours);
            facts.put("esp_" + octets + "_ratio", ours / nanos.get("bareCipher/" + octets));
        }
        for (String lines : new String[] {"1", "100", "1000", "10000"}) {
            facts.put("selectors_" + lines + "_ns", nanos.get("firstMatch/" + lines));
        }
        return facts;
    }
}

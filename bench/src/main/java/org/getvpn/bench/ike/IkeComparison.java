// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.ike;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Registrations per second of processor time, against charon's Main Mode with the same suite under
 * the same load in the same run; then what strangers cost the key server.
 */
public final class IkeComparison {
    private static final int ROUNDS = 3;
    private static final int ROUND_SECONDS = 4;

    /**
     * charon needs none; Java compiles what it runs often, on the one core that is measured. It is
     * done after half a minute of Main Modes, and a key server runs for months.
     */
    private static final int WARM_UP_SECONDS = 40;

    private static final int FLOOD_PER_SECOND = 50_000;
    private static final int FLOOD_SECONDS = 10;
    private static final double MICROS = 1e6;

    private final Path program;
    private final String java17;
    private final Map<String, Object> facts = new TreeMap<>();

    /**
     * @param program the key server's packed jar
     * @param java17 home of a JDK 17
     */
    public IkeComparison(Path program, String java17) {
        this.program = program;
        this.java17 = java17;
    }

    /**
     * Runs it all; some minutes. Needs root, taskset and strongSwan.
     *
     * @return facts by name; see {@code bench/README.md}
     */
    public Map<String, Object> run() throws IOException {
        goFirst();
        Path folder = Files.createTempDirectory("getvpn-bench");
        try (Namespaces namespaces = new Namespaces()) {
            Responders responders = new Responders(namespaces, folder, program, java17);
            for (String suite : Responders.SUITES) {
                String group = suite.substring(suite.lastIndexOf('-') + 1); // or the method
                double theirs = charon(namespaces, responders, suite);
                double[] ours = keyServer(namespaces, responders, suite);
                facts.put("phase1_per_s_charon_" + group, theirs);
                facts.put("phase1_per_s_" + group, ours[0]);
                facts.put("phase1_ratio_charon_" + group, ours[0] / theirs);
                facts.put("registrations_per_s_" + group, ours[1]);
                facts.put("pull_us_" + group, MICROS / ours[1] - MICROS / ours[0]);
            }
            facts.put("phase1_ratio_charon", facts.get("phase1_ratio_charon_ecp256"));
            facts.put("registrations_per_s", facts.get("registrations_per_s_ecp256"));
            strangers(namespaces, responders);
        } finally {
            delete(folder);
        }
        return facts;
    }

    /**
     * Other work on the machine shall disturb as little as it can; the same for both responders.
     */
    private static void goFirst() throws IOException {
        Path group = Path.of("/proc/self/autogroup");
        if (Files.exists(group)) {
            Files.writeString(group, "-20");
        }
    }

    /** A new charon for each round: its table of SAs makes it slower as it fills. */
    private double charon(Namespaces namespaces, Responders responders, String suite)
            throws IOException {
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            try (Responder charon = responders.charon(suite)) {
                facts.put("charon", responders.aboutCharon());
                rates.add(
                        load(namespaces, responders, charon, IkeLoad.Depth.PHASE_ONE, suite, 2, 1));
            }
        }
        return median(rates);
    }

    /** Phase 1 alone, and whole registrations. */
    private double[] keyServer(Namespaces namespaces, Responders responders, String suite)
            throws IOException {
        try (Responder keyServer = responders.keyServer()) {
            double phaseOne =
                    load(
                            namespaces,
                            responders,
                            keyServer,
                            IkeLoad.Depth.PHASE_ONE,
                            suite,
                            WARM_UP_SECONDS,
                            ROUNDS);
            double registrations =
                    load(
                            namespaces,
                            responders,
                            keyServer,
                            IkeLoad.Depth.REGISTRATION,
                            suite,
                            WARM_UP_SECONDS,
                            ROUNDS);
            return new double[] {phaseOne, registrations};
        }
    }

    private double load(
            Namespaces namespaces,
            Responders responders,
            Responder responder,
            IkeLoad.Depth depth,
            String suite,
            int warmUp,
            int rounds)
            throws IOException {
        Process generator =
                java25(
                        namespaces,
                        LoadGenerator.class,
                        depth.name(),
                        suite,
                        Namespaces.RESPONDER_ADDRESS,
                        Integer.toString(responder.port()),
                        Integer.toString(warmUp),
                        Integer.toString(ROUND_SECONDS),
                        Integer.toString(rounds),
                        responders.certificates().folder().toString());
        List<Double> rates = new ArrayList<>();
        try (BufferedReader lines = reader(generator);
                OutputStream go = generator.getOutputStream()) {
            double begin = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                double now = responder.processorSeconds();
                if (line.startsWith("begin")) {
                    begin = now;
                } else {
                    rates.add(rate(line, now - begin, responder, depth, suite));
                }
                go.write('\n');
                go.flush();
            }
        }
        if (rates.size() != rounds) {
            throw new IOException("the load generator ended early");
        }
        return median(rates);
    }

    private static double rate(
            String line, double seconds, Responder responder, IkeLoad.Depth depth, String suite)
            throws IOException {
        String[] words = line.split(" ", 4);
        long completed = Long.parseLong(words[1]);
        if (completed == 0 || seconds == 0) {
            throw new IOException(responder.description() + " completed nothing: " + line);
        }
        System.out.printf(
                "%-10s %-12s %-22s %6d in %.2f s of processor time, %.0f us each%n",
                responder.description(),
                depth,
                suite,
                completed,
                seconds,
                MICROS * seconds / completed);
        return completed / seconds;
    }

    private void strangers(Namespaces namespaces, Responders responders) throws IOException {
        try (Responder keyServer = responders.keyServer()) {
            load(
                    namespaces,
                    responders,
                    keyServer,
                    IkeLoad.Depth.REGISTRATION,
                    Responders.SUITES.get(0),
                    WARM_UP_SECONDS,
                    1);
            for (Flood.Kind kind : Flood.Kind.values()) {
                flood(namespaces, keyServer, kind); // its code is compiled now
                String[] said = flood(namespaces, keyServer, kind);
                if (kind == Flood.Kind.FIRST_MESSAGES) {
                    facts.put("flood_per_s", Double.parseDouble(said[1]) / FLOOD_SECONDS);
                    facts.put("flood_registrations", Long.parseLong(said[2]));
                    facts.put("flood_registration_s", Long.parseLong(said[3]) / 1000.0);
                } else {
                    facts.put(kind.name().toLowerCase() + "_us", Double.parseDouble(said[4]));
                }
            }
        }
    }

    /** The generator's line, and at its end microseconds of processor time per datagram. */
    private String[] flood(Namespaces namespaces, Responder keyServer, Flood.Kind kind)
            throws IOException {
        double begin = keyServer.processorSeconds();
        Process generator =
                java25(
                        namespaces,
                        FloodGenerator.class,
                        kind.name(),
                        "load",
                        namespaces.responderMac(),
                        Responders.SUITES.get(0),
                        Namespaces.RESPONDER_ADDRESS,
                        Integer.toString(keyServer.port()),
                        Integer.toString(FLOOD_PER_SECOND),
                        Integer.toString(FLOOD_SECONDS));
        try (BufferedReader lines = reader(generator)) {
            String line = lines.readLine();
            if (line == null) {
                throw new IOException("the flood ended early");
            }
            double seconds = keyServer.processorSeconds() - begin;
            double micros = MICROS * seconds / Long.parseLong(line.split(" ")[1]);
            System.out.printf("%-16s %s, %.1f us each%n", kind, line, micros);
            return (line + " " + micros).split(" ");
        }
    }

    private static Process java25(Namespaces namespaces, Class<?> program, String... arguments)
            throws IOException {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                program.getName()));
        words.addAll(List.of(arguments));
        return new ProcessBuilder(namespaces.atLoad(words))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(
                            file -> {
                                try {
                                    Files.delete(file);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
        }
    }
}

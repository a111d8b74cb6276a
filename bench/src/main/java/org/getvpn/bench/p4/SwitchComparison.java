// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.p4;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.getvpn.bench.lab.Command;
import org.getvpn.bench.lab.Effort;
import org.getvpn.bench.lab.KeyServer;
import org.getvpn.bench.lab.Machine;
import org.getvpn.bench.lab.Median;
import org.getvpn.bench.lab.Node;
import org.getvpn.bench.lab.Patience;
import org.getvpn.bench.lab.Programs;
import org.getvpn.bench.lab.Progress;
import org.getvpn.bench.lab.WorkFolder;

/**
 * Our software switch against bmv2's {@code simple_switch_grpc}, both with the same P4 program and
 * the same entries, and against forwarding by the kernel, in interleaved rounds; then how fast ONOS
 * programs our switch.
 */
public final class SwitchComparison {
    private static final int[] SIZES = {64, 1400};
    private static final int P4RUNTIME_PORT = 50_001;
    private static final String ANY_MAC = "02:00:00:00:00:fd";

    /** Packets a second that bmv2 is tried with; 0 is all that the generator can. */
    private static final long[] OFFERED = {5_000, 10_000, 20_000, 40_000, 0};

    /** Seconds until Java has compiled what it runs often. */
    private static final int WARM_UP = 10;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Programs programs;
    private final Effort effort;
    private final Map<String, List<Double>> values = new TreeMap<>();
    private final List<String> left = new ArrayList<>();

    /**
     * @param programs of them key server and group member
     * @param effort how long
     */
    public SwitchComparison(Programs programs, Effort effort) {
        this.programs = programs;
        this.effort = effort;
    }

    /**
     * Runs it all; some minutes. Needs root and iproute2, and what the Mininet scenarios need; what
     * bmv2 alone could tell is absent without it, and {@code left_out} says so.
     *
     * @return facts by name; see {@code bench/README.md}
     */
    public Map<String, Object> run() throws IOException {
        Map<String, Object> facts = new TreeMap<>();
        facts.put("load_before", Machine.load());
        Machine.goFirst();
        Optional<Bmv2> bmv2 = Bmv2.installed();
        if (bmv2.isEmpty()) {
            leaveOut(Bmv2.MISSING);
        }
        try (WorkFolder work = new WorkFolder()) {
            Path folder = work.path();
            try (KeyServer keyServer =
                    new KeyServer(folder, programs.keyServer(), programs.java17())) {
                for (int round = 1; round <= effort.rounds(); round++) {
                    Progress.say("switches, round " + round + "/" + effort.rounds());
                    kernel(folder);
                    if (bmv2.isPresent()) {
                        reference(folder, bmv2.get());
                    }
                    for (Treatment treatment : Treatment.values()) {
                        ours(folder, keyServer, treatment);
                    }
                }
            }
            Progress.say("ONOS programs a switch");
            try {
                facts.putAll(new OnosProgramming(programs.lab()).measure(folder, effort.rounds()));
            } catch (IOException e) {
                Progress.say(e.getMessage());
                leaveOut("programming by ONOS: " + lastLine(e.getMessage()));
            }
        }
        addRates(facts);
        if (!left.isEmpty()) {
            facts.put("left_out", left);
        }
        return facts;
    }

    /** Of what a failed program said, the line that says why. */
    private static String lastLine(String said) {
        return said.substring(said.lastIndexOf('\n') + 1);
    }

    private void leaveOut(String what) {
        left.add(what);
        Progress.say("left out: " + what);
    }

    private void kernel(Path folder) throws IOException {
        try (SwitchPath path = new SwitchPath(folder.resolve("load.log"))) {
            Node router = path.middle();
            router.ip("addr", "add", "10.1.0.1/24", "dev", "a1");
            router.ip("addr", "add", "10.2.0.1/24", "dev", "w1");
            router.ip(
                    "neigh", "add", "10.2.0.2", "lladdr", ANY_MAC, "nud", "permanent", "dev", "w1");
            router.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
            for (int octets : SIZES) {
                keep(
                        "clear_" + octets + "_pps_kernel",
                        path.rate(path.routerMac(), octets, 0, 1, effort.seconds()));
            }
        }
    }

    private void reference(Path folder, Bmv2 bmv2) throws IOException {
        try (SwitchPath path = new SwitchPath(folder.resolve("load.log"))) {
            Process process = bmv2.start(path.middle(), P4RUNTIME_PORT, folder.resolve("bmv2.log"));
            try {
                program(path, Treatment.CLEAR);
                for (int octets : SIZES) {
                    // it may forward less under more load: what it does best counts
                    double best = 0;
                    for (long offered : OFFERED) {
                        double rate = path.rate(ANY_MAC, octets, offered, 1, effort.seconds());
                        best = Math.max(best, rate);
                    }
                    keep("clear_" + octets + "_pps_bmv2", best);
                }
            } finally {
                Command.stop(process);
            }
        }
    }

    private void ours(Path folder, KeyServer keyServer, Treatment treatment) throws IOException {
        try (SwitchPath path = new SwitchPath(folder.resolve("load.log"))) {
            Node node = path.middle();
            node.ip("link", "add", "gm0", "type", "veth", "peer", "name", "gm0-switch");
            node.ip("link", "set", "gm0", "up");
            node.ip("link", "set", "gm0-switch", "up");
            try (SwitchMember member =
                    new SwitchMember(keyServer, folder, programs, node, P4RUNTIME_PORT)) {
                program(path, treatment);
                member.waitUntilRegistered();
                for (int octets : SIZES) {
                    long before = member.encrypted();
                    keep(
                            treatment.key() + "_" + octets + "_pps_getvpn",
                            path.rate(ANY_MAC, octets, 0, WARM_UP, effort.seconds()));
                    boolean encrypts = member.encrypted() > before;
                    if (encrypts != (treatment == Treatment.ESP)) {
                        throw new IOException(
                                treatment + ": the switch counted packets as if it were another");
                    }
                }
            }
        }
    }

    /** By a program of its own inside the namespace, where the switch listens on loopback. */
    private static void program(SwitchPath path, Treatment treatment) throws IOException {
        Patience.until(() -> isListening(path), PATIENCE, "a switch to serve P4Runtime");
        path.middle()
                .run(
                        System.getProperty("java.home") + "/bin/java",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SwitchProgrammer.class.getName(),
                        Integer.toString(P4RUNTIME_PORT),
                        treatment.name());
    }

    private static boolean isListening(SwitchPath path) throws IOException {
        return path.middle().run("ss", "-Hltn").contains(":" + P4RUNTIME_PORT + " ");
    }

    private void keep(String fact, double value) {
        Progress.say(String.format(Locale.ROOT, "  %s %.0f", fact, value));
        values.computeIfAbsent(fact, name -> new ArrayList<>()).add(value);
    }

    private void addRates(Map<String, Object> facts) {
        values.forEach((fact, all) -> facts.put(fact, Median.of(all)));
        ratio(facts, "clear_64_ratio_bmv2", "clear_64_pps_getvpn", "clear_64_pps_bmv2");
        ratio(facts, "esp_1400_ratio_bmv2", "esp_1400_pps_getvpn", "clear_1400_pps_bmv2");
        ratio(facts, "clear_64_ratio_kernel", "clear_64_pps_getvpn", "clear_64_pps_kernel");
        ratio(facts, "esp_1400_ratio_kernel", "esp_1400_pps_getvpn", "clear_1400_pps_kernel");
    }

    private static void ratio(Map<String, Object> facts, String name, String ours, String theirs) {
        if (facts.get(ours) instanceof Double mine
                && facts.get(theirs) instanceof Double others
                && others > 0) {
            facts.put(name, mine / others);
        }
    }
}

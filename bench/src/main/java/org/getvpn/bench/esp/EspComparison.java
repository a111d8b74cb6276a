// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Our gateways against those of others on the same path in the same run, in interleaved rounds;
 * then what a load of 70 % loses and adds to a round trip; then the bare cipher against C.
 */
public final class EspComparison {
    private final EspPrograms programs;
    private final Effort effort;
    private final Map<String, Object> facts = new TreeMap<>();
    private final List<String> left = new ArrayList<>();

    /**
     * @param programs what is compared
     * @param effort how long
     */
    public EspComparison(EspPrograms programs, Effort effort) {
        this.programs = programs;
        this.effort = effort;
    }

    /**
     * Runs it all; some minutes. Needs root, iproute2, iperf3, ping and tcpdump; peers that are
     * missing are named and left out.
     *
     * @return facts by name; see {@code bench/README.md}
     */
    public Map<String, Object> run() throws IOException {
        goFirst();
        Path folder = Files.createTempDirectory("getvpn-bench");
        Thread cleaner = new Thread(() -> deleteQuietly(folder));
        Runtime.getRuntime().addShutdownHook(cleaner);
        try {
            CryptoComparison crypto = new CryptoComparison(folder, effort.cryptoRounds());
            say("crypto: AES-256-GCM against C");
            facts.putAll(crypto.run());
            left.addAll(crypto.leftOut());
            try (KeyServer keyServer =
                    new KeyServer(folder, programs.keyServer(), programs.java17())) {
                gateways(keyServer, folder);
            }
        } finally {
            delete(folder);
            Runtime.getRuntime().removeShutdownHook(cleaner);
        }
        if (!left.isEmpty()) {
            facts.put("left_out", left);
        }
        return facts;
    }

    /**
     * Other work on the machine shall disturb as little as it can; the same for all contenders,
     * whose programs inherit it.
     */
    private void goFirst() throws IOException {
        String load = Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        facts.put("load_before", Double.valueOf(load));
        Path group = Path.of("/proc/self/autogroup");
        if (Files.exists(group)) {
            Files.writeString(group, "-20");
        }
    }

    private void gateways(KeyServer keyServer, Path folder) throws IOException {
        GroupMembers ours = members(keyServer, folder, KeyServer.PROTECTING_GROUP);
        GroupMembers bare = members(keyServer, folder, KeyServer.BYPASSING_GROUP);
        Contender kernel = new KernelForwarding();
        List<Contender> all = new ArrayList<>(List.of(kernel, ours, bare));
        for (Contender peer :
                List.of(
                        new StrongSwan(folder),
                        new WireguardGo("wireguard_go", programs.wireguardGo(), folder),
                        new WireguardGo(
                                "wireguard_go_newer", programs.newerWireguardGo(), folder))) {
            Optional<String> missing = peer.missing();
            missing.ifPresent(what -> leaveOut(peer.key(), what));
            if (missing.isEmpty()) {
                all.add(peer);
            }
        }
        Measurements measurements = new Measurements(effort);
        for (int round = 1; round <= effort.rounds(); round++) {
            for (Contender contender : List.copyOf(all)) {
                try {
                    say("round " + round + "/" + effort.rounds() + "  " + contender.description());
                    say("    " + measurements.round(contender));
                } catch (IOException e) {
                    if (contender == kernel || contender == ours) {
                        throw e;
                    }
                    leaveOut(contender.key(), e.getMessage());
                    measurements.forget(contender.key());
                    all.remove(contender);
                }
            }
        }
        for (Contender contender : all) {
            facts.put("about_" + contender.key(), contender.description());
        }
        facts.putAll(measurements.facts());
        double most = measurements.median("udp_pps_" + ours.key()).orElseThrow();
        new LoadComparison(effort, most, facts).run(kernel, ours);
    }

    private GroupMembers members(KeyServer keyServer, Path folder, int group) {
        return new GroupMembers(
                keyServer, folder, programs.groupMember(), programs.memberOptions(), group);
    }

    private void leaveOut(String key, String why) {
        left.add(key + ": " + why);
        say("left out: " + key + ": " + why);
    }

    /** A line of progress. */
    public static void say(String line) {
        System.out.println(line);
    }

    private static void deleteQuietly(Path folder) {
        try {
            delete(folder);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("still there: " + folder + ": " + e.getMessage());
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.getvpn.bench.lab.Effort;
import org.getvpn.bench.lab.KeyServer;
import org.getvpn.bench.lab.Machine;
import org.getvpn.bench.lab.Programs;
import org.getvpn.bench.lab.Progress;
import org.getvpn.bench.lab.WorkFolder;

/**
 * Our gateways against those of others on the same path in the same run, in interleaved rounds;
 * then what a load of 70 % loses and adds to a round trip; then the bare cipher against C.
 */
public final class EspComparison {
    private final Programs programs;
    private final Effort effort;
    private final Map<String, Object> facts = new TreeMap<>();
    private final List<String> left = new ArrayList<>();

    /**
     * @param programs what is compared
     * @param effort how long
     */
    public EspComparison(Programs programs, Effort effort) {
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
        facts.put("load_before", Machine.load());
        Machine.goFirst();
        try (WorkFolder work = new WorkFolder()) {
            Path folder = work.path();
            CryptoComparison crypto = new CryptoComparison(folder, effort.cryptoRounds());
            Progress.say("crypto: AES-256-GCM against C");
            facts.putAll(crypto.run());
            left.addAll(crypto.leftOut());
            Progress.say("cores: the packet path in memory by one thread and by two");
            facts.putAll(new CoreComparison(effort.cryptoRounds()).run());
            try (KeyServer keyServer =
                    new KeyServer(folder, programs.keyServer(), programs.java17())) {
                gateways(keyServer, folder);
            }
        }
        if (!left.isEmpty()) {
            facts.put("left_out", left);
        }
        return facts;
    }

    private void gateways(KeyServer keyServer, Path folder) throws IOException {
        Contender kernel = new KernelForwarding();
        Contender ours =
                members(keyServer, folder, KeyServer.PROTECTING_GROUP, MemberSetup.GATEWAY);
        List<Contender> all = new ArrayList<>(List.of(kernel, ours));
        for (MemberSetup setup : EnumSet.complementOf(EnumSet.of(MemberSetup.GATEWAY))) {
            all.add(members(keyServer, folder, KeyServer.PROTECTING_GROUP, setup));
        }
        all.add(members(keyServer, folder, KeyServer.BYPASSING_GROUP, MemberSetup.GATEWAY));
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
                    Progress.say(
                            "round "
                                    + round
                                    + "/"
                                    + effort.rounds()
                                    + "  "
                                    + contender.description());
                    Progress.say("    " + measurements.round(contender));
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
        inTurns(all, ours);
        double most = measurements.median("udp_pps_" + ours.key()).orElseThrow();
        new LoadComparison(effort, most, facts).run(kernel, ours);
    }

    /** Against the newest wireguard-go that runs, and who else runs. */
    private void inTurns(List<Contender> all, Contender ours) {
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put("getvpn_bypass", "tcp_ratio_plain");
        wanted.put("strongswan", "tcp_ratio_strongswan");
        boolean newer = all.stream().anyMatch(one -> one.key().equals("wireguard_go_newer"));
        wanted.put(newer ? "wireguard_go_newer" : "wireguard_go", "tcp_ratio_wireguard_go");
        Map<Contender, String> ratios = new LinkedHashMap<>();
        for (Contender contender : all) {
            if (wanted.containsKey(contender.key())) {
                ratios.put(contender, wanted.get(contender.key()));
            }
        }
        try {
            new TcpComparison(effort, facts).run(ours, ratios);
        } catch (IOException e) {
            leaveOut("tcp_ratio", e.getMessage());
        }
    }

    private GroupMembers members(KeyServer keyServer, Path folder, int group, MemberSetup setup) {
        return new GroupMembers(
                keyServer, folder, programs.groupMember(), programs.memberOptions(), group, setup);
    }

    private void leaveOut(String key, String why) {
        left.add(key + ": " + why);
        Progress.say("left out: " + key + ": " + why);
    }
}

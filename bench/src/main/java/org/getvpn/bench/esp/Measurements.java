// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.getvpn.bench.lab.Command;
import org.getvpn.bench.lab.Effort;
import org.getvpn.bench.lab.Median;
import org.getvpn.bench.lab.Patience;

/** Throughput and round trips of all contenders, round by round, and their medians. */
final class Measurements {
    static final int LONG_PACKET = MeasuredPath.MTU;

    private static final int SHORT_PACKET = 64;

    /** Packets that show that a load has begun. */
    private static final int FLOWING = 500;

    private static final int BITS = 8;

    private final Effort effort;

    /** Values by fact, of all rounds. */
    private final Map<String, List<Double>> values = new TreeMap<>();

    /** Whether the wire was listened to already, by contender. */
    private final Map<String, Boolean> watched = new HashMap<>();

    Measurements(Effort effort) {
        this.effort = effort;
    }

    /**
     * Measures one contender once, on a path of its own.
     *
     * @return a line for people
     * @throws IOException if it does not work, or shows clear text and says that it encrypts
     */
    String round(Contender contender) throws IOException {
        String key = contender.key();
        try (MeasuredPath path = new MeasuredPath(contender.layout());
                Gateways gateways = contender.start(path);
                Iperf iperf = new Iperf(path)) {
            path.h1().run("ping", "-q", "-c", "3", "-i", "0.1", "-W", "2", MeasuredPath.H2);
            if (contender.encrypts() && watched.put(key, true) == null) {
                watch(path, key);
            }
            iperf.tcp(1, contender.warmUpSeconds());
            double one = keep("tcp_gbit_s_" + key, iperf.tcp(1, effort.seconds()));
            double four = keep("tcp4_gbit_s_" + key, iperf.tcp(4, effort.seconds()));
            double begin = ProcessorTime.seconds(gateways.processes());
            double packets = keep("udp_pps_" + key, iperf.udp(LONG_PACKET, 0, effort.seconds()));
            double time = ProcessorTime.seconds(gateways.processes()) - begin;
            keep("udp_cpu_us_per_packet_" + key, 1e6 * time / (packets * effort.seconds()));
            keep("udp_gbit_s_" + key, packets * LONG_PACKET * BITS / 1e9);
            keep("udp_pps_64_" + key, iperf.udp(SHORT_PACKET, 0, effort.seconds()));
            RoundTrips half = underLoad(path, iperf, packets / 2, 1);
            double p50 = keep("half_load_p50_ms_" + key, half.percentile(50));
            double p99 = keep("half_load_p99_ms_" + key, half.percentile(99));
            keep("half_load_p999_ms_" + key, half.percentile(99.9));
            return String.format(
                    Locale.ROOT,
                    "TCP %.2f Gbit/s, 4 streams %.2f; UDP %.0f packets/s; half load: p50 %.3f ms,"
                            + " p99 %.3f ms",
                    one,
                    four,
                    packets,
                    p50,
                    p99);
        }
    }

    private static void watch(MeasuredPath path, String key) throws IOException {
        if (!Command.exists("tcpdump")) {
            throw new IOException("nobody can say whether it encrypts: install tcpdump");
        }
        if (WireCheck.clearTextSeen(path)) {
            throw new IOException(key + " says it encrypts, but clear text is on the wire");
        }
    }

    /** Round trips while a UDP load of so many packets a second runs. */
    static RoundTrips underLoad(
            MeasuredPath path, Iperf iperf, double packetsPerSecond, int seconds)
            throws IOException {
        Process load = iperf.udpInBackground(LONG_PACKET, bits(packetsPerSecond), seconds + 1);
        try {
            long begin = path.arrived();
            Patience.until(
                    () -> path.arrived() > begin + FLOWING, Duration.ofSeconds(5), "load to flow");
            return RoundTrips.measure(path, seconds);
        } finally {
            Command.waitFor(load);
        }
    }

    /** The rate that iperf3 is asked for, payload alone. */
    static long bits(double packetsPerSecond) {
        return (long) (packetsPerSecond * (LONG_PACKET - Iperf.HEADERS) * BITS);
    }

    /** Adds a value of one round. */
    double keep(String fact, double value) {
        values.computeIfAbsent(fact, name -> new ArrayList<>()).add(value);
        return value;
    }

    /** Drops what is known of a contender that failed: half a set of rounds is no median. */
    void forget(String contender) {
        values.keySet().removeIf(fact -> fact.endsWith("_" + contender));
    }

    /** The median of a fact, if it was measured. */
    Optional<Double> median(String fact) {
        return Optional.ofNullable(values.get(fact)).map(Median::of);
    }

    /** Medians, and the ratios that can be made of them. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new TreeMap<>();
        values.forEach((fact, all) -> facts.put(fact, Median.of(all)));
        ratio(facts, "tcp_ratio_strongswan", "strongswan");
        ratio(facts, "tcp_ratio_wireguard_go", "wireguard_go");
        ratio(facts, "tcp_ratio_wireguard_go", "wireguard_go_newer"); // the newest that runs counts
        ratio(facts, "tcp_ratio_plain", "getvpn_bypass");
        ratio(facts, "tcp_ratio_kernel", "kernel");
        bySetup(facts, "tcp4_ratio_2_workers", "tcp4_gbit_s_getvpn", MemberSetup.TWO_WORKERS);
        bySetup(facts, "udp_ratio_2_workers", "udp_pps_getvpn", MemberSetup.TWO_WORKERS);
        bySetup(facts, "tcp_ratio_one_core", "tcp_gbit_s_getvpn", MemberSetup.ONE_CORE);
        bySetup(facts, "udp_ratio_one_core", "udp_pps_getvpn", MemberSetup.ONE_CORE);
        bySetup(facts, "tcp_ratio_member_port", "tcp_gbit_s_getvpn", MemberSetup.MEMBER_PORT);
        bySetup(facts, "udp_ratio_member_port", "udp_pps_getvpn", MemberSetup.MEMBER_PORT);
        bySetup(facts, "udp_64_ratio_member_port", "udp_pps_64_getvpn", MemberSetup.MEMBER_PORT);
        ratio(facts, "udp_64_ratio_kernel", "udp_pps_64_getvpn", "udp_pps_64_kernel");
        ratio(facts, "udp_64_ratio_strongswan", "udp_pps_64_getvpn", "udp_pps_64_strongswan");
        ratio(
                facts,
                "tcp_ratio_member_port_strongswan",
                "tcp_gbit_s_getvpn" + MemberSetup.MEMBER_PORT.suffix(),
                "tcp_gbit_s_strongswan");
        return facts;
    }

    /** Another setup of ours over the gateway with a thread for each direction. */
    private void bySetup(Map<String, Object> facts, String name, String fact, MemberSetup setup) {
        ratio(facts, name, fact + setup.suffix(), fact);
    }

    private void ratio(Map<String, Object> facts, String name, String other) {
        ratio(facts, name, "tcp_gbit_s_getvpn", "tcp_gbit_s_" + other);
    }

    private void ratio(Map<String, Object> facts, String name, String over, String under) {
        Optional<Double> ours = median(over);
        Optional<Double> theirs = median(under).filter(rate -> rate > 0);
        if (ours.isPresent() && theirs.isPresent()) {
            facts.put(name, ours.get() / theirs.get());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.getvpn.bench.lab.ArrivalRate;
import org.getvpn.bench.lab.Effort;
import org.getvpn.bench.lab.Median;
import org.getvpn.bench.lab.Progress;

/**
 * Our gateways at 70 % of the packets of 1400 octets that they passed at most: what is lost and who
 * counted it, what the processors do for a packet, and how much later than through plain routers of
 * the kernel, under the same load, an answer comes. Then shorter packets and a mixture, as many as
 * can be.
 */
final class LoadComparison {
    private static final double SHARE = 0.7;
    private static final int SHORTER = 512;

    /** The simple IMIX, 7 to 4 to 1, with the longest packet that needs no fragments. */
    private static final String IMIX = "64,64,576,64,64,576,64,64,576,64,576," + MeasuredPath.MTU;

    private static final double MICROS = 1e6;

    private final Effort effort;
    private final double rate;
    private final Map<String, Object> facts;
    private final Map<String, List<Double>> others = new TreeMap<>();

    /**
     * @param most packets a second that our gateways passed
     * @param facts receives the results
     */
    LoadComparison(Effort effort, double most, Map<String, Object> facts) {
        this.effort = effort;
        this.rate = SHARE * most;
        this.facts = facts;
    }

    /**
     * One contender under the load.
     *
     * @param p99 of the round trips, in milliseconds
     * @param lost while they were measured
     * @param micros of processor time of both gateway programs for a packet
     */
    private record Turn(double p99, LossCount.Result lost, double micros) {}

    /** Adds its facts. */
    void run(Contender kernel, Contender ours) throws IOException {
        facts.put("load_70pct_pps", rate);
        List<Turn> plain = new ArrayList<>();
        List<Turn> turns = new ArrayList<>();
        for (int round = 1; round <= effort.rounds(); round++) {
            plain.add(turn(kernel));
            turns.add(turn(ours));
            Progress.say(
                    String.format(
                            Locale.ROOT,
                            "70 %% load, round %d/%d: %.0f packets/s, p99 %.3f ms (kernel %.3f ms),"
                                    + " lost %s (kernel %s)",
                            round,
                            effort.rounds(),
                            rate,
                            turns.get(turns.size() - 1).p99(),
                            plain.get(plain.size() - 1).p99(),
                            turns.get(turns.size() - 1).lost(),
                            plain.get(plain.size() - 1).lost()));
        }
        others.forEach((fact, all) -> facts.put(fact, Median.of(all)));
        facts.put("udp_512_ratio_kernel", ratio("udp_pps_512", ours, kernel));
        facts.put("imix_ratio_kernel", ratio("imix_pps", ours, kernel));
        LossCount.Result lost = sum(turns);
        facts.put("loss_at_70pct", lost.percent());
        facts.put("loss_at_70pct_packets", lost.lost());
        facts.put("loss_at_70pct_sent", lost.sent());
        facts.put("loss_at_70pct_reasons", lost.reasons());
        facts.put("loss_at_70pct_kernel", sum(plain).percent());
        double p99 = Median.of(turns.stream().map(Turn::p99).toList());
        double theirs = Median.of(plain.stream().map(Turn::p99).toList());
        facts.put("load_70pct_p99_ms", p99);
        facts.put("load_70pct_p99_ms_kernel", theirs);
        facts.put("p99_added_ms", p99 - theirs);
        facts.put("cpu_us_per_packet", Median.of(turns.stream().map(Turn::micros).toList()));
    }

    private static LossCount.Result sum(List<Turn> turns) {
        return turns.stream()
                .map(Turn::lost)
                .reduce(new LossCount.Result(0, 0, Map.of()), LossCount.Result::plus);
    }

    private Turn turn(Contender contender) throws IOException {
        try (MeasuredPath path = new MeasuredPath(contender.layout());
                Gateways gateways = contender.start(path);
                Iperf iperf = new Iperf(path)) {
            iperf.tcp(1, contender.warmUpSeconds());
            Measurements.underLoad(path, iperf, rate, 1);
            LossCount count = new LossCount(path, gateways);
            double begin = ProcessorTime.seconds(gateways.processes());
            double p99 = Measurements.underLoad(path, iperf, rate, effort.seconds()).percentile(99);
            double time = ProcessorTime.seconds(gateways.processes()) - begin;
            LossCount.Result lost = count.end();
            keep("udp_pps_512", contender, iperf.udp(SHORTER, 0, effort.seconds()));
            keep("imix_pps", contender, mixture(path));
            return new Turn(p99, lost, MICROS * time / lost.sent());
        }
    }

    private void keep(String fact, Contender contender, double value) {
        others.computeIfAbsent(fact + "_" + contender.key(), name -> new ArrayList<>()).add(value);
    }

    private double ratio(String fact, Contender ours, Contender kernel) {
        return Median.of(others.get(fact + "_" + ours.key()))
                / Median.of(others.get(fact + "_" + kernel.key()));
    }

    /** Packets a second that arrive of a mixture, sent past the host's network stack. */
    private double mixture(MeasuredPath path) throws IOException {
        return ArrivalRate.measure(
                path.h1(),
                path.firstHop(),
                IMIX,
                0,
                path::arrived,
                0,
                effort.seconds(),
                new File("/dev/null"));
    }
}

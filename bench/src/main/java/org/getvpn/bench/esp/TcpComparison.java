// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.getvpn.bench.lab.Effort;
import org.getvpn.bench.lab.Median;
import org.getvpn.bench.lab.Progress;

/**
 * TCP through our gateways over TCP through others'. All pairs run at the same time, each on a path
 * of its own, and carry one stream in turns, there and back: what slows down the machine for longer
 * than a turn slows down all. Each round starts all pairs anew, because two runs of one program
 * differ by more than two turns of one run. Of all turns' ratios the median counts.
 */
final class TcpComparison {
    private static final int TURNS_A_ROUND = 3;

    private final Effort effort;
    private final Map<String, Object> facts;

    /**
     * @param facts receives the results
     */
    TcpComparison(Effort effort, Map<String, Object> facts) {
        this.effort = effort;
        this.facts = facts;
    }

    /** A pair of gateways that runs. */
    private record Runner(Contender contender, MeasuredPath path, Gateways gateways, Iperf iperf)
            implements AutoCloseable {
        static Runner start(Contender contender, int number) throws IOException {
            MeasuredPath path = new MeasuredPath(contender.layout(), number);
            Gateways gateways = null;
            try {
                gateways = contender.start(path);
                return new Runner(contender, path, gateways, new Iperf(path));
            } catch (IOException e) {
                if (gateways != null) {
                    gateways.close();
                }
                path.close();
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            iperf.close();
            gateways.close();
            path.close();
        }
    }

    /**
     * Adds facts for each of the others.
     *
     * @param ratios names of facts by contender
     */
    void run(Contender ours, Map<Contender, String> ratios) throws IOException {
        List<Contender> all = new ArrayList<>(List.of(ours));
        all.addAll(ratios.keySet());
        Map<String, List<Double>> values = new LinkedHashMap<>();
        for (int round = 1; round <= effort.rounds(); round++) {
            Progress.say("TCP, round " + round + "/" + effort.rounds() + ": all pairs start");
            for (Map<Contender, Double> rates : turns(all)) {
                ratios.forEach(
                        (other, ratio) ->
                                values.computeIfAbsent(ratio, name -> new ArrayList<>())
                                        .add(rates.get(ours) / rates.get(other)));
            }
        }
        values.forEach(
                (ratio, turns) -> {
                    facts.put(ratio, Median.of(turns));
                    facts.put(ratio + "_turns", turns);
                });
    }

    /** What each carries, Gbit/s, turn by turn, from the start of all pairs to their end. */
    private List<Map<Contender, Double>> turns(List<Contender> all) throws IOException {
        List<Runner> runners = new ArrayList<>();
        try {
            for (Contender contender : all) {
                runners.add(Runner.start(contender, runners.size() + 1));
            }
            for (Runner runner : runners) {
                runner.iperf().tcp(1, runner.contender().warmUpSeconds());
            }
            List<Map<Contender, Double>> turns = new ArrayList<>();
            for (int turn = 1; turn <= TURNS_A_ROUND; turn++) {
                turns.add(turn(runners));
                Collections.reverse(runners);
            }
            return turns;
        } finally {
            for (Runner runner : runners) {
                runner.close();
            }
        }
    }

    private Map<Contender, Double> turn(List<Runner> runners) throws IOException {
        Map<Contender, Double> rates = new LinkedHashMap<>();
        StringBuilder line = new StringBuilder("    Gbit/s:");
        for (Runner runner : runners) {
            Contender contender = runner.contender();
            double rate = runner.iperf().tcp(1, effort.seconds());
            rates.put(contender, rate);
            line.append(String.format(Locale.ROOT, " %s %.2f", contender.key(), rate));
        }
        Progress.say(line.toString());
        return rates;
    }
}

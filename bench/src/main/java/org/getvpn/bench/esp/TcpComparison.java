// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.getvpn.bench.lab.Effort;
import org.getvpn.bench.lab.Median;
import org.getvpn.bench.lab.Progress;

/**
 * TCP through our gateways over TCP through others'. All pairs run at the same time, each on a path
 * of its own, and carry one stream in turns: what slows down the machine for longer than a turn
 * slows down all. Of each round's ratios the median counts.
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
     * Adds a fact for each of the others.
     *
     * @param ratios names of facts by contender
     */
    void run(Contender ours, Map<Contender, String> ratios) throws IOException {
        List<Runner> runners = new ArrayList<>();
        try {
            runners.add(Runner.start(ours, 1));
            for (Contender other : ratios.keySet()) {
                runners.add(Runner.start(other, runners.size() + 1));
            }
            for (Runner runner : runners) {
                runner.iperf().tcp(1, runner.contender().warmUpSeconds());
            }
            compare(runners, ratios);
        } finally {
            for (Runner runner : runners) {
                runner.close();
            }
        }
    }

    private void compare(List<Runner> runners, Map<Contender, String> ratios) throws IOException {
        Map<String, List<Double>> all = new LinkedHashMap<>();
        int turns = effort.rounds() * TURNS_A_ROUND;
        for (int turn = 1; turn <= turns; turn++) {
            StringBuilder line = new StringBuilder();
            double own = 0;
            for (Runner runner : runners) {
                double rate = runner.iperf().tcp(1, effort.seconds());
                line.append(String.format(Locale.ROOT, " %s %.2f", runner.contender().key(), rate));
                String ratio = ratios.get(runner.contender());
                if (ratio == null) {
                    own = rate;
                } else {
                    all.computeIfAbsent(ratio, name -> new ArrayList<>()).add(own / rate);
                }
            }
            Progress.say("TCP, turn " + turn + "/" + turns + ", Gbit/s:" + line);
        }
        all.forEach(
                (ratio, values) -> {
                    facts.put(ratio, Median.of(values));
                    facts.put(ratio + "_turns", values);
                });
    }
}

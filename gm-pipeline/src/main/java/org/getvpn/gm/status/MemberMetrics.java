// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.status;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The member's state as Prometheus metrics. Labels are group, drop reason and worker alone: an SPI
 * or an address would make a new time series with every rekey or peer.
 */
final class MemberMetrics implements MultiCollector {
    private static final String PREFIX = "getvpn_gm_";

    private final Supplier<MemberStatus> status;

    /**
     * Tells {@code status} as it is at each scrape.
     *
     * @param status called on the thread of the scrape
     */
    MemberMetrics(Supplier<MemberStatus> status) {
        this.status = status;
    }

    @Override
    public MetricSnapshots collect() {
        MemberStatus now = status.get();
        Labels group = Labels.of("group", now.group());
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        all.metricSnapshot(
                InfoSnapshot.builder()
                        .name(PREFIX + "build")
                        .help("What runs, who computes AES-GCM, and how frames come and go.")
                        .dataPoint(
                                InfoDataPointSnapshot.builder()
                                        .labels(
                                                Labels.of(
                                                        "group",
                                                        now.group(),
                                                        "version",
                                                        now.version(),
                                                        "crypto",
                                                        now.crypto(),
                                                        "io",
                                                        now.io()))
                                        .build())
                        .build());
        all.metricSnapshot(
                gauge("sendable", "1 while a key may send, else 0.", group, sendable(now) ? 1 : 0));
        all.metricSnapshot(
                gauge(
                        "tek_remaining_seconds",
                        "Until the last traffic key ends; 0 without one.",
                        group,
                        now.teks().stream()
                                .mapToLong(MemberStatus.TekStatus::remainingSeconds)
                                .max()
                                .orElse(0)));
        all.metricSnapshot(
                gauge(
                        "kek_remaining_seconds",
                        "Until the key of rekey messages ends; 0 without one.",
                        group,
                        now.kekRemainingSeconds()));
        for (Map.Entry<String, Long> counter : now.counters().entrySet()) {
            all.metricSnapshot(
                    CounterSnapshot.builder()
                            .name(PREFIX + snakeCase(counter.getKey()))
                            .help("The counter " + counter.getKey() + " of the status.")
                            .dataPoint(count(group, counter.getValue()))
                            .build());
        }
        all.metricSnapshot(workers(group, now.workers()));
        CounterSnapshot.Builder drops =
                CounterSnapshot.builder()
                        .name(PREFIX + "drops")
                        .help("Packets dropped, each under one reason.");
        now.drops()
                .forEach(
                        (reason, count) ->
                                drops.dataPoint(count(group.add("reason", reason), count)));
        all.metricSnapshot(drops.build());
        if (now.p4Switch() != null) {
            addSwitch(all, group, now.p4Switch());
        }
        return all.build();
    }

    private static void addSwitch(MetricSnapshots.Builder all, Labels group, SwitchStatus status) {
        all.metricSnapshot(
                gauge(
                        "switch_controller",
                        "1 while a P4Runtime controller is primary, else 0.",
                        group,
                        status.hasController() ? 1 : 0));
        GaugeSnapshot.Builder entries =
                GaugeSnapshot.builder()
                        .name(PREFIX + "switch_table_entries")
                        .help("Entries of each table of the P4 program.");
        status.tableEntries()
                .forEach(
                        (table, size) ->
                                entries.dataPoint(
                                        GaugeDataPointSnapshot.builder()
                                                .labels(group.add("table", table))
                                                .value(size)
                                                .build()));
        all.metricSnapshot(entries.build());
        CounterSnapshot.Builder drops =
                CounterSnapshot.builder()
                        .name(PREFIX + "switch_drops")
                        .help("Packets that the switch dropped, each under one reason.");
        status.drops()
                .forEach(
                        (reason, count) ->
                                drops.dataPoint(count(group.add("reason", reason), count)));
        all.metricSnapshot(drops.build());
    }

    private static CounterSnapshot workers(Labels group, List<Long> workers) {
        CounterSnapshot.Builder frames =
                CounterSnapshot.builder()
                        .name(PREFIX + "worker_frames")
                        .help("Frames read by each of the packet threads of a direction.");
        for (int worker = 0; worker < workers.size(); worker++) {
            Labels labels = group.add("worker", Integer.toString(worker));
            frames.dataPoint(count(labels, workers.get(worker)));
        }
        return frames.build();
    }

    private static boolean sendable(MemberStatus now) {
        return now.teks().stream().anyMatch(tek -> tek.stage().equals("SENDABLE"));
    }

    private static GaugeSnapshot gauge(String name, String help, Labels labels, double value) {
        return GaugeSnapshot.builder()
                .name(PREFIX + name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(value).build())
                .build();
    }

    private static CounterDataPointSnapshot count(Labels labels, long value) {
        return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private static String snakeCase(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}

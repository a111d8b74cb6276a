// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.getvpn.bench.lab.Median;
import org.getvpn.bench.lab.Patience;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gm.esp.AeadChoice;
import org.getvpn.gm.pipeline.Pipeline;
import org.getvpn.gm.pipeline.PipelineSettings;
import org.getvpn.gm.pipeline.TrafficCounter;
import org.getvpn.gm.sa.MemberMode;
import org.getvpn.gm.sa.ReplayCheck;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;

/**
 * Our packet path without the kernel's part, by one thread and by two: from a batch of frames in
 * memory to a batch of ESP in memory, headers, policy, encryption and counters included. What two
 * threads have together is the SA with its counter. They also share the machine, and with others:
 * so two members of one thread each, which have nothing together, are measured beside.
 */
final class CoreComparison {
    private static final int[] LENGTHS = {64, 1400};
    private static final int KEY_AND_SALT = 36;
    private static final long ADDRESSES = 0x0a010001_0a020001L;
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final Duration TIME = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double NANOS = 1e9;

    private final int rounds;

    /**
     * @param rounds odd
     */
    CoreComparison(int rounds) {
        this.rounds = rounds;
    }

    /** Facts by name. */
    Map<String, Object> run() throws IOException {
        Map<String, Object> facts = new TreeMap<>();
        for (int length : LENGTHS) {
            packetsPerSecond(1, 1, length, WARM_UP);
            packetsPerSecond(1, 2, length, WARM_UP);
            List<Double> one = new ArrayList<>();
            List<Double> two = new ArrayList<>();
            List<Double> apart = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                one.add(packetsPerSecond(1, 1, length, TIME));
                two.add(packetsPerSecond(1, 2, length, TIME));
                apart.add(packetsPerSecond(2, 1, length, TIME));
            }
            facts.put("memory_pps_1_worker_" + length, Median.of(one));
            facts.put("memory_pps_2_workers_" + length, Median.of(two));
            facts.put("memory_pps_2_members_" + length, Median.of(apart));
            facts.put("memory_ratio_2_workers_" + length, Median.of(two) / Median.of(one));
            facts.put("memory_ratio_2_members_" + length, Median.of(two) / Median.of(apart));
        }
        return facts;
    }

    private static double packetsPerSecond(int members, int workers, int length, Duration time)
            throws IOException {
        BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        List<Pipeline> pipelines = new ArrayList<>();
        try {
            for (int member = 0; member < members; member++) {
                Pipeline pipeline = pipeline(workers, length);
                pipelines.add(pipeline);
                pipeline.start(failures::add);
            }
            for (Pipeline pipeline : pipelines) {
                Patience.until(() -> encrypted(pipeline) > 0, PATIENCE, "packets to pass");
            }
            long begin = System.nanoTime();
            long before = encrypted(pipelines);
            Patience.pause(time);
            long packets = encrypted(pipelines) - before;
            return packets * NANOS / (System.nanoTime() - begin);
        } finally {
            pipelines.forEach(Pipeline::close);
            if (!failures.isEmpty()) {
                throw new IllegalStateException("a packet thread ended", failures.peek());
            }
        }
    }

    private static Pipeline pipeline(int workers, int length) {
        List<EndlessWire> wires = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            wires.add(new EndlessWire(length, ADDRESSES));
        }
        return Pipeline.memberPort(
                wires, database(workers), new PipelineSettings(0, 0), System::nanoTime);
    }

    private static long encrypted(List<Pipeline> pipelines) {
        return pipelines.stream().mapToLong(CoreComparison::encrypted).sum();
    }

    private static long encrypted(Pipeline pipeline) {
        return pipeline.traffic().get(TrafficCounter.ENCRYPTED_PACKETS);
    }

    private static SaDatabase database(int workers) {
        SaDatabase database =
                new SaDatabase(
                        AeadChoice.AUTO.provider(),
                        SequenceWatch.NONE,
                        transform -> ReplayCheck.NONE,
                        MemberMode.ACTIVE,
                        workers);
        Spi spi = Spi.of(0x1000);
        database.install(
                new Tek(
                        spi,
                        EspTransform.AES_GCM_16_256,
                        SecretBytes.wrap(new byte[KEY_AND_SALT]),
                        SecretBytes.wrap(new byte[0]),
                        3600,
                        Tek.Direction.SYMMETRIC,
                        List.of()));
        database.activate(spi, new SenderId(1, 8));
        return database;
    }
}

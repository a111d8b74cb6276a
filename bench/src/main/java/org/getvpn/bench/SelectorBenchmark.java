// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.PacketKey;
import org.getvpn.gm.sa.SelectorTable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One look into a group's policy: pairs of /24, /16 and /32 prefixes, some for one port alone, and
 * packets of 1024 flows that any line may name.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SelectorBenchmark {
    private static final int FLOWS = 1024;
    private static final int[] LENGTHS = {24, 16, 32};

    /** How many lines the policy has. */
    @Param({"1", "100", "1000", "10000"})
    public int lines;

    private final PacketKey[] flows = new PacketKey[FLOWS];
    private SelectorTable table;
    private int next;

    /** The same policies and flows in each run. */
    @Setup
    public void prepare() {
        Random random = new Random(lines);
        List<TrafficSelector> selectors = new ArrayList<>();
        List<int[]> addresses = new ArrayList<>();
        for (int i = 0; i < lines; i++) {
            int length = LENGTHS[i % LENGTHS.length];
            int from = 0x0a00_0000 | random.nextInt(1 << 24);
            int to = 0x0a00_0000 | random.nextInt(1 << 24);
            addresses.add(new int[] {from, to});
            selectors.add(
                    new TrafficSelector(
                            prefix(from, length),
                            prefix(to, length),
                            i % 5 == 0 ? 17 : 0,
                            0,
                            i % 10 == 0 ? 53 : 0));
        }
        table = new SelectorTable(selectors);
        for (int i = 0; i < FLOWS; i++) {
            int[] ends = addresses.get(random.nextInt(lines));
            MemorySegment packet = Arena.global().allocate(64);
            long both = (long) ends[0] << 32 | ends[1] & 0xffff_ffffL;
            Ipv4.write(packet, 0, 0, 64, 1, 0, 64, 17, both);
            flows[i] = new PacketKey();
            flows[i].read(packet, 0);
            flows[i].ports(40_000, 53);
        }
    }

    private static IpPrefix prefix(int address, int length) {
        int network = address & -1 << 32 - length;
        return IpPrefix.of(
                new byte[] {
                    (byte) (network >>> 24),
                    (byte) (network >>> 16),
                    (byte) (network >>> 8),
                    (byte) network
                },
                length);
    }

    /** The line that names the next packet. */
    @Benchmark
    public int firstMatch() {
        return table.firstMatch(flows[next++ & FLOWS - 1]);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.esp.AeadChoice;
import org.getvpn.gm.io.IoChoice;
import org.getvpn.gm.io.PacketIo;
import org.getvpn.gm.io.PacketSocket;
import org.getvpn.gm.pipeline.Pipeline;
import org.getvpn.gm.pipeline.PipelineSettings;
import org.getvpn.gm.sa.MemberMode;
import org.getvpn.gm.sa.ReplayCheck;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;

/**
 * A packet path with a fixed key, as a process: for tests in network namespaces and for measuring.
 * Arguments: crypto, sender id, workers, then one interface (member port) or two (gateway: site,
 * WAN) and how the WAN's frames come and go. Ends when its standard input does, and prints what it
 * counted.
 */
public final class StaticKeyMember {
    private StaticKeyMember() {}

    private static AeadChoice crypto(String label) {
        return Stream.of(AeadChoice.values())
                .filter(choice -> choice.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    /** Runs until standard input ends. */
    public static void main(String[] arguments) throws IOException {
        int workers = Integer.parseInt(arguments[2]);
        SaDatabase database =
                new SaDatabase(
                        crypto(arguments[0]).provider(),
                        SequenceWatch.NONE,
                        transform -> ReplayCheck.NONE,
                        MemberMode.ACTIVE,
                        workers);
        database.policy(
                List.of(
                        Fixture.rule(
                                TrafficRule.Action.BYPASS,
                                Fixture.selector("10.0.0.0/8", "10.0.0.0/8", 17, 0, 123)),
                        Fixture.rule(TrafficRule.Action.PROTECT, Fixture.tenToTen())));
        database.install(Fixture.tek(Fixture.SPI, 1));
        database.activate(Fixture.SPI, new SenderId(Integer.parseInt(arguments[1]), 24));
        PipelineSettings settings = new PipelineSettings(0x0a0000fe, 0);
        List<PacketSocket> first = PacketSocket.share(arguments[3], workers);
        try (Pipeline pipeline =
                arguments.length == 4
                        ? Pipeline.memberPort(first, database, settings, System::nanoTime)
                        : Pipeline.gateway(
                                first, wan(arguments), database, settings, System::nanoTime)) {
            pipeline.start(failure -> System.err.println("failed: " + failure));
            System.out.println("ready " + database.cryptoName());
            while (System.in.read() >= 0) {
                continue; // whatever is written, only the end counts
            }
            Map<String, Long> facts = new TreeMap<>();
            pipeline.traffic().forEach((counter, count) -> facts.put(counter.name(), count));
            pipeline.drops().forEach((reason, count) -> facts.put("DROP_" + reason.name(), count));
            facts.put("LOST_UNREAD", pipeline.receiveLosses());
            facts.put("ALLOCATED_OCTETS", allocatedByPacketThreads());
            facts.values().removeIf(count -> count == 0);
            System.out.println(facts);
            System.out.println("frames by worker " + pipeline.framesByWorker());
        }
    }

    private static long allocatedByPacketThreads() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("packets-"))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getThreadId()))
                .sum();
    }

    private static List<? extends PacketIo> wan(String[] arguments) throws IOException {
        IoChoice choice =
                arguments.length == 5
                        ? IoChoice.AUTO
                        : IoChoice.valueOf(arguments[5].toUpperCase(Locale.ROOT));
        return choice.open(
                arguments[4],
                Integer.parseInt(arguments[2]),
                why -> System.out.println("no AF_XDP: " + why));
    }
}

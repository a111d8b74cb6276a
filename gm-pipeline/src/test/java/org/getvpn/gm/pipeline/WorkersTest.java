// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.OWN_MAC;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.datagram;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.ipv4;
import static org.getvpn.gm.Fixture.packet;
import static org.getvpn.gm.Fixture.rule;
import static org.getvpn.gm.Fixture.selector;
import static org.getvpn.gm.Fixture.tek;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.esp.AeadChoice;
import org.getvpn.gm.io.ClassicBpf;
import org.getvpn.gm.io.InMemoryIo;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.sa.MemberMode;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;
import org.getvpn.gm.sa.StrictReplay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several threads a direction, on wires in memory that share frames as the kernel does. */
@Timeout(60)
class WorkersTest {
    private static final int WORKERS = 4;
    private static final int FLOWS = 40;
    private static final int PACKETS = 8_000;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int NUMBER = Ipv4.HEADER + 20; // in a packet, behind any TCP header
    private static final long PATIENCE = TimeUnit.SECONDS.toMillis(20);

    /** A gateway with threads that run. */
    private static final class Gateway implements AutoCloseable {
        private final List<InMemoryIo> site = shares("site", Ipv4.MAX_LENGTH);
        private final List<InMemoryIo> wan = shares("wan", PipelineLab.MTU);
        private final SaDatabase database;
        private final Pipeline pipeline;
        private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

        Gateway(int sender) {
            database = database(WORKERS);
            database.install(tek(SPI, 1));
            database.activate(SPI, new SenderId(sender, 24));
            pipeline =
                    Pipeline.gateway(
                            site, wan, database, new PipelineSettings(0, 0), System::nanoTime);
            pipeline.start(failures::add);
        }

        private static List<InMemoryIo> shares(String name, int longest) {
            List<InMemoryIo> shares = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                shares.add(new InMemoryIo(name, OWN_MAC, PipelineLab.MTU, longest));
            }
            return shares;
        }

        @Override
        public void close() {
            pipeline.close();
            assertTrue(failures.isEmpty(), "no thread failed: " + failures);
        }
    }

    private static SaDatabase database(int workers) {
        return new SaDatabase(
                AeadChoice.AUTO.provider(),
                SequenceWatch.NONE,
                StrictReplay::of,
                MemberMode.ACTIVE,
                workers);
    }

    private static void arrive(List<InMemoryIo> at, byte[] frame) {
        at.get(ClassicBpf.share(frame, WORKERS)).arrive(frame);
    }

    /** A packet of a flow: between hosts of its own if it is UDP, else with ports of its own. */
    private static byte[] ofFlow(int flow, int number) {
        byte[] octets = datagram(120, 1000 + flow, 443);
        Octets.put16(MemorySegment.ofArray(octets), 12, 0x5010); // of TCP: no options, ACK
        Octets.put32(MemorySegment.ofArray(octets), NUMBER - Ipv4.HEADER, number);
        return flow % 2 == 0
                ? ipv4(HOST_1 + flow, HOST_2, UDP, octets)
                : ipv4(HOST_1, HOST_2, TCP, octets);
    }

    private static int flow(byte[] packet) {
        return Octets.u16(MemorySegment.ofArray(packet), Ipv4.HEADER) - 1000;
    }

    private static int number(byte[] packet) {
        return Octets.i32(MemorySegment.ofArray(packet), NUMBER);
    }

    /** What comes out, share by share; a flow's packets all come out of one. */
    private static List<byte[]> sent(List<InMemoryIo> by, int frames) throws Exception {
        return sent(by, frames, PATIENCE);
    }

    private static List<byte[]> sent(List<InMemoryIo> by, int frames, long millis)
            throws Exception {
        List<byte[]> all = new ArrayList<>();
        long end = System.currentTimeMillis() + millis;
        while (all.size() < frames && System.currentTimeMillis() < end) {
            for (InMemoryIo share : by) {
                for (Optional<byte[]> frame = share.takeSent(1);
                        frame.isPresent();
                        frame = share.takeSent(0)) {
                    all.add(frame.get());
                }
            }
        }
        return all;
    }

    @Test
    void everyPacketPassesOnceAndEachFlowInItsOrder() throws Exception {
        try (Gateway near = new Gateway(1);
                Gateway far = new Gateway(2)) {
            Random random = new Random(4303);
            Map<Integer, Integer> sentOfFlow = new HashMap<>();
            Set<Long> ivs = new HashSet<>();
            Map<Integer, Integer> arrivedOfFlow = new HashMap<>();
            for (int burst = 0; burst < PACKETS; burst += 400) {
                for (int i = 0; i < 400; i++) {
                    int flow = random.nextInt(FLOWS);
                    int number = sentOfFlow.merge(flow, 1, Integer::sum);
                    arrive(near.site, frame(ofFlow(flow, number)));
                }
                List<byte[]> esp = sent(near.wan, 400);
                assertEquals(400, esp.size(), near.pipeline.drops().toString());
                for (byte[] one : esp) {
                    assertEquals(Ipv4.ESP, Octets.u8(MemorySegment.ofArray(one), 14 + 9));
                    assertTrue(ivs.add(Octets.i64(MemorySegment.ofArray(one), 14 + 20 + 8)));
                    arrive(far.wan, one);
                }
                for (byte[] clear : sent(far.site, 400)) {
                    byte[] packet = packet(clear);
                    int last = arrivedOfFlow.merge(flow(packet), 1, Integer::sum);
                    assertEquals(last, number(packet), "flow " + flow(packet));
                }
            }
            assertEquals(sentOfFlow, arrivedOfFlow, far.pipeline.drops().toString());
            assertEquals(PACKETS, ivs.size());
            assertEquals(0, dropped(near) + dropped(far));
            assertTrue(everybodyWorked(near) && everybodyWorked(far), "by workers");
            assertEquals(
                    (long) PACKETS,
                    near.pipeline.framesByWorker().stream().mapToLong(Long::longValue).sum());
        }
    }

    private static long dropped(Gateway gateway) {
        return gateway.pipeline.drops().values().stream().mapToLong(Long::longValue).sum();
    }

    private static boolean everybodyWorked(Gateway gateway) {
        List<Long> frames = gateway.pipeline.framesByWorker();
        return frames.size() == WORKERS && frames.stream().allMatch(count -> count > 100);
    }

    @Test
    void theSameEspAtEveryThreadIsTakenOnce() throws Exception {
        try (Gateway near = new Gateway(1);
                Gateway far = new Gateway(2)) {
            for (int number = 1; number <= 500; number++) {
                arrive(near.site, frame(ofFlow(0, number)));
            }
            for (byte[] esp : sent(near.wan, 500)) {
                far.wan.forEach(share -> share.arrive(esp)); // as no network would
            }
            Set<Integer> numbers = new HashSet<>();
            for (byte[] clear : sent(far.site, 500)) {
                assertTrue(numbers.add(number(packet(clear))), "twice");
            }
            assertEquals(500, numbers.size());
            assertEquals(0, sent(far.site, 1, 200).size());
        }
    }

    /** Keys come and go under load: what leaves by the WAN is ESP, from the first to the last. */
    @Test
    void noThreadLetsClearTextOutWhileKeysComeAndGo() throws Exception {
        try (Gateway near = new Gateway(1)) {
            Random random = new Random(1);
            for (int round = 0; round < 60; round++) {
                for (int i = 0; i < 100; i++) {
                    arrive(near.site, frame(ofFlow(random.nextInt(FLOWS), i)));
                }
                if (round % 3 == 0) {
                    near.database.remove(SPI);
                } else if (round % 3 == 1) {
                    near.database.install(tek(SPI, 1 + round));
                    near.database.activate(SPI, new SenderId(10 + round, 24));
                }
            }
            near.database.install(tek(SPI, 999));
            near.database.activate(SPI, new SenderId(999, 24));
            arrive(near.site, frame(ofFlow(0, 1)));
            long end = System.currentTimeMillis() + PATIENCE;
            while (read(near) < 6_001 && System.currentTimeMillis() < end) {
                Thread.onSpinWait();
            }
            assertEquals(6_001, read(near));
            near.pipeline.close();
            List<byte[]> sent = sent(near.wan, Integer.MAX_VALUE, 50);
            assertTrue(sent.size() > 100, sent.size() + " sent");
            for (byte[] frame : sent) {
                assertEquals(Ipv4.ESP, Octets.u8(MemorySegment.ofArray(frame), 14 + 9));
            }
            assertTrue(near.pipeline.firstDefect().isEmpty(), "no dead key was used");
        }
    }

    private static long read(Gateway gateway) {
        return gateway.pipeline.framesByWorker().stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void asManySharesAsTheDatabaseHasWorkersAreWanted() {
        List<InMemoryIo> two = List.of(new InMemoryIo("a", 1, 1500), new InMemoryIo("a", 1, 1500));
        SaDatabase one = database(1);
        PipelineSettings settings = new PipelineSettings(0, 0);
        assertThrows(
                IllegalArgumentException.class,
                () -> Pipeline.memberPort(two, one, settings, System::nanoTime));
        assertThrows(
                IllegalArgumentException.class,
                () -> Pipeline.gateway(two, two, one, settings, System::nanoTime));
    }

    @Test
    void aMemberPortIsSharedToo() throws Exception {
        List<InMemoryIo> port = Gateway.shares("port", PipelineLab.MTU);
        SaDatabase database = database(WORKERS);
        database.install(tek(SPI, 1));
        database.activate(SPI, new SenderId(1, 24));
        try (Pipeline pipeline =
                Pipeline.memberPort(port, database, new PipelineSettings(0, 0), System::nanoTime)) {
            pipeline.start(failure -> {});
            for (int flow = 0; flow < FLOWS; flow++) {
                arrive(port, frame(ofFlow(flow, 1)));
            }
            List<byte[]> esp = sent(port, FLOWS);
            assertEquals(FLOWS, esp.size());
            esp.forEach(one -> arrive(port, one)); // as if another member had sent it
            Set<Integer> flows = new HashSet<>();
            sent(port, FLOWS).forEach(clear -> flows.add(flow(packet(clear))));
            assertEquals(FLOWS, flows.size());
        }
    }

    /** Later fragments show no ports: policy for one port finds them by their first. */
    @Test
    void fragmentsMeetTheThreadThatSawTheirFirst() throws Exception {
        try (Gateway near = new Gateway(1)) {
            near.database.policy(
                    List.of(
                            rule(
                                    TrafficRule.Action.PROTECT,
                                    selector("10.0.0.0/8", "10.0.0.0/8", UDP, 0, 443))));
            for (int host = 0; host < 64; host++) {
                byte[] first = datagram(64, 1000, 443);
                arrive(near.site, frame(ipv4(HOST_1 + host, HOST_2, UDP, first, 0, Ipv4.MF)));
                arrive(near.site, frame(ipv4(HOST_1 + host, HOST_2, UDP, new byte[64], 0, 8)));
            }
            assertEquals(128, sent(near.wan, 128).size(), near.pipeline.drops().toString());
        }
    }
}

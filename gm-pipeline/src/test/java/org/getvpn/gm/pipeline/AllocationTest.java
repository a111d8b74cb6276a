// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.frame6;
import static org.getvpn.gm.Fixture.tagged;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.tenToTen;
import static org.getvpn.gm.Fixture.udp;
import static org.getvpn.gm.Fixture.udp6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.TcpPackets;
import org.getvpn.gm.esp.IpsecMb;
import org.getvpn.gm.esp.JdkAead;
import org.getvpn.gm.io.InMemoryIo;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.VirtioHeader;
import org.getvpn.gm.sa.PacketTime;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;
import org.getvpn.gm.sa.TimeRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllocationTest {
    private static final int WARM_UP = 4_000;
    private static final int TURNS = 4_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void encryptingAllocatesNothingPerPacket() {
        assertAllocationFree(frame(udp(1400)), TrafficCounter.ENCRYPTED_PACKETS);
    }

    @Test
    void aVlanTagAllocatesNothing() {
        assertAllocationFree(tagged(7, frame(udp(1400))), TrafficCounter.ENCRYPTED_PACKETS);
    }

    @Test
    void ipv6AllocatesNothingEither() {
        byte[] packet = udp6(1400);
        byte[] esp = PipelineLab.memberPort().keyedForBoth().fromSite(frame6(packet)).getFirst();
        assertAllocationFree(
                frame6(packet), bothVersions(), TrafficCounter.ENCRYPTED_PACKETS, null);
        assertAllocationFree(esp, bothVersions(), TrafficCounter.DECRYPTED_PACKETS, null);
        assertAllocationFree(frame6(udp6(1500)), bothVersions(), null, DropReason.TOO_BIG);
    }

    @Test
    void timeInPacketsAllocatesNothing() {
        PacketTime time = PipelineLab.clock(7_200_500_000L);
        byte[] esp = PipelineLab.memberPort().keyed(time).fromSite(frame(udp(1400))).getFirst();
        assertAllocationFree(frame(udp(1400)), timed(time), TrafficCounter.ENCRYPTED_PACKETS, null);
        assertAllocationFree(esp, timed(time), TrafficCounter.DECRYPTED_PACKETS, null);
        assertAllocationFree(esp, timed(PipelineLab.clock(0)), null, DropReason.TIME_FUTURE);
    }

    private static SaDatabase timed(PacketTime time) {
        return database(new TimeRule(TimeRule.PSEUDOTIME, 500_000, time));
    }

    /** The JDK's AES-GCM does allocate. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "aes-cbc-256-hmac-sha256",
                "aes-cbc-128-hmac-sha1",
                "null-hmac-sha384",
                "null-hmac-sha512"
            })
    void neitherDoTheJdksCbcAndHmac(String transform) {
        SaDatabase sender = ofTheJdk(transform);
        InMemoryIo port = new InMemoryIo("port", Fixture.OWN_MAC, 1500);
        Pipeline pipeline = Pipeline.memberPort(port, sender, new PipelineSettings(0, 0), () -> 1);
        port.arrive(frame(udp(1000)));
        pipeline.turn(0);
        byte[] esp = PipelineLab.sent(port).getFirst();
        TrafficCounter out = TrafficCounter.ENCRYPTED_PACKETS;
        assertAllocationFree(frame(udp(1000)), ofTheJdk(transform), out, null);
        assertAllocationFree(esp, ofTheJdk(transform), TrafficCounter.DECRYPTED_PACKETS, null);
        esp[esp.length - 1]++;
        assertAllocationFree(esp, ofTheJdk(transform), null, DropReason.ICV_MISMATCH);
    }

    private static SaDatabase ofTheJdk(String name) {
        EspTransform transform = EspTransform.named(name).orElseThrow();
        SaDatabase database = new SaDatabase(new JdkAead(), SequenceWatch.NONE);
        database.install(
                new Tek(
                        SPI,
                        transform,
                        SecretBytes.wrap(Fixture.keyAndSalt(transform.keyOctets(), 1)),
                        SecretBytes.wrap(Fixture.keyAndSalt(transform.integrityKeyOctets(), 2)),
                        3600,
                        Tek.Direction.SYMMETRIC,
                        List.of(tenToTen())));
        database.activate(SPI, null);
        return database;
    }

    @Test
    void cuttingLongPacketsAllocatesNothing() {
        assertAllocationFree(frame(udp(1500)), TrafficCounter.FRAGMENTED_PACKETS);
    }

    @Test
    void decryptingAllocatesNothingPerPacket() {
        byte[] esp = PipelineLab.memberPort().keyed().fromSite(frame(udp(1400))).getFirst();
        assertAllocationFree(esp, TrafficCounter.DECRYPTED_PACKETS);
    }

    @Test
    void droppingForgeriesAllocatesNothing() {
        byte[] esp = PipelineLab.memberPort().keyed().fromSite(frame(udp(1400))).getFirst();
        esp[esp.length - 1]++;
        assertAllocationFree(esp, database(null), null, DropReason.ICV_MISMATCH);
    }

    @Test
    void cuttingSuperFramesAllocatesNothing() {
        ScriptedIo site = new ScriptedIo(Ipv4.MAX_LENGTH);
        TcpPackets flow = new TcpPackets(new Random(1), 5000);
        byte[] superFrame = flow.superFrame();
        for (int i = 0; i < 8; i++) {
            long at = site.batch().next() - VirtioHeader.LENGTH;
            MemorySegment.copy(
                    superFrame,
                    0,
                    site.batch().memory(),
                    ValueLayout.JAVA_BYTE,
                    at,
                    superFrame.length);
            site.batch().commitWithHeader(superFrame.length - VirtioHeader.LENGTH);
        }
        Pipeline pipeline = gateway(site, new ScriptedIo());
        assertAllocationFree(pipeline, 8 * flow.frames().size());
        assertEquals((WARM_UP + TURNS) * 8L, traffic(pipeline, TrafficCounter.SEGMENTED_FRAMES));
    }

    @Test
    void joiningSegmentsAllocatesNothing() {
        PipelineLab sender = PipelineLab.gateway().keyed();
        ScriptedIo wan = new ScriptedIo();
        for (byte[] frame : new TcpPackets(new Random(1), 60_000).frames()) {
            add(wan, sender.fromSite(frame).getFirst());
        }
        Pipeline pipeline = gateway(new ScriptedIo(), wan);
        int packets = wan.batch().count();
        assertAllocationFree(pipeline, packets);
        assertEquals(
                (WARM_UP + TURNS) * (packets - 1L),
                traffic(pipeline, TrafficCounter.COALESCED_PACKETS));
    }

    private static long traffic(Pipeline pipeline, TrafficCounter counter) {
        return pipeline.traffic().get(counter);
    }

    private static SaDatabase database() {
        return database(null);
    }

    private static SaDatabase bothVersions() {
        return database(null, Fixture.bothVersions());
    }

    private static SaDatabase database(TimeRule timeRule) {
        return database(timeRule, List.of(tenToTen()));
    }

    private static SaDatabase database(TimeRule timeRule, List<TrafficSelector> selectors) {
        Optional<IpsecMb> fast = IpsecMb.load(new StringBuilder());
        assumeTrue(fast.isPresent(), "libipsec-mb1 is not installed; the JDK's cipher allocates");
        SaDatabase database = new SaDatabase(fast.get(), SequenceWatch.NONE);
        database.install(tek(SPI, 1, selectors), timeRule);
        database.activate(SPI, SENDER);
        return database;
    }

    private static Pipeline gateway(ScriptedIo site, ScriptedIo wan) {
        return Pipeline.gateway(site, wan, database(), new PipelineSettings(0, 0), () -> 1);
    }

    private void assertAllocationFree(byte[] frame, TrafficCounter counts) {
        assertAllocationFree(frame, database(), counts, null);
    }

    private void assertAllocationFree(
            byte[] frame, SaDatabase database, TrafficCounter counts, DropReason drops) {
        ScriptedIo wire = new ScriptedIo();
        Pipeline pipeline =
                Pipeline.memberPort(wire, database, new PipelineSettings(0, 0), () -> 1);
        while (!wire.batch().isFull()) {
            add(wire, frame);
        }
        wire.keep();
        assertAllocationFree(pipeline, 64);
        if (counts != null) {
            assertEquals((WARM_UP + TURNS) * 64L, traffic(pipeline, counts));
        }
        if (drops != null) {
            assertEquals((WARM_UP + TURNS) * 64L, pipeline.drops().get(drops));
        }
    }

    private void assertAllocationFree(Pipeline pipeline, int packetsPerTurn) {
        for (int i = 0; i < WARM_UP; i++) {
            pipeline.turn(0);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < TURNS; i++) {
            pipeline.turn(0);
        }
        long octets = threads.getCurrentThreadAllocatedBytes() - before;
        double perPacket = octets / (TURNS * (double) packetsPerTurn);
        assertTrue(perPacket < 1, perPacket + " octets allocated per packet");
    }

    private static void add(ScriptedIo wire, byte[] frame) {
        MemorySegment.copy(
                frame,
                0,
                wire.batch().memory(),
                ValueLayout.JAVA_BYTE,
                wire.batch().next(),
                frame.length);
        wire.batch().commit(frame.length);
    }
}

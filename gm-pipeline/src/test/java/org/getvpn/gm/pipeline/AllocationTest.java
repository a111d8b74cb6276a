// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.getvpn.gm.esp.AeadProvider;
import org.getvpn.gm.esp.IpsecMb;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final int WARM_UP = 4_000;
    private static final int TURNS = 4_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void encryptingAllocatesNothingPerPacket() {
        assertAllocationFree(frame(udp(1400)), TrafficCounter.ENCRYPTED_PACKETS);
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
        Pipeline pipeline = assertAllocationFree(esp, null);
        assertEquals((WARM_UP + TURNS) * 64L, pipeline.drops().get(DropReason.ICV_MISMATCH));
    }

    private Pipeline assertAllocationFree(byte[] frame, TrafficCounter counts) {
        Optional<AeadProvider> fast = IpsecMb.load(new StringBuilder());
        assumeTrue(fast.isPresent(), "libipsec-mb1 is not installed; the JDK's cipher allocates");
        SaDatabase database = new SaDatabase(fast.get(), SequenceWatch.NONE);
        database.install(tek(SPI, 1));
        database.activate(SPI, SENDER);
        ScriptedIo wire = new ScriptedIo();
        Pipeline pipeline =
                Pipeline.memberPort(wire, database, new PipelineSettings(0, 0), () -> 1);
        fill(wire, frame);
        for (int i = 0; i < WARM_UP; i++) {
            pipeline.turn(0);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < TURNS; i++) {
            pipeline.turn(0);
        }
        long octets = threads.getCurrentThreadAllocatedBytes() - before;
        double perPacket = octets / (TURNS * 64.0);
        assertTrue(perPacket < 1, perPacket + " octets allocated per packet");
        if (counts != null) {
            assertEquals((WARM_UP + TURNS) * 64L, pipeline.traffic().get(counts));
        }
        return pipeline;
    }

    private static void fill(ScriptedIo wire, byte[] frame) {
        while (!wire.batch().isFull()) {
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
}

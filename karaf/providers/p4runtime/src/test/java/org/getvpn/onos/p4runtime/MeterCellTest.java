// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.LoadBalancerRegistry;
import io.grpc.internal.PickFirstLoadBalancerProvider;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.onosproject.net.DeviceId;
import org.onosproject.net.device.DeviceAgentEvent;
import org.onosproject.net.pi.model.DefaultPiPipeconf;
import org.onosproject.net.pi.model.PiMeterId;
import org.onosproject.net.pi.model.PiPipeconf;
import org.onosproject.net.pi.model.PiPipeconfId;
import org.onosproject.net.pi.runtime.PiMeterCellConfig;
import org.onosproject.net.pi.runtime.PiMeterCellId;
import org.onosproject.p4runtime.api.P4RuntimeReadClient.ReadResponse;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.EntityUpdateResponse;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.EntityUpdateStatus;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.WriteResponse;
import org.onosproject.p4runtime.model.P4InfoParser;
import p4.v1.P4RuntimeOuterClass.PacketIn;

/** Cells of the program's meter, as ONOS writes and reads them, over gRPC. */
class MeterCellTest {
    private static final DeviceId DEVICE = DeviceId.deviceId("device:s1");
    private static final long P4_DEVICE = 1;
    private static final PiMeterId METER = PiMeterId.of("GroupMember.gdoi_meter");

    private final MemorySwitch target = new MemorySwitch();
    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final GrpcChannels channels = new GrpcChannels();
    private final CountDownLatch primary = new CountDownLatch(1);
    private PiPipeconf pipeconf;
    private SwitchClient client;

    @BeforeEach
    void becomePrimary() throws Exception {
        URL p4info = MeterCellTest.class.getResource("/org/getvpn/p4/group_member.p4info.txt");
        pipeconf =
                DefaultPiPipeconf.builder()
                        .withId(new PiPipeconfId("test"))
                        .withPipelineModel(P4InfoParser.parse(p4info))
                        .addExtension(PiPipeconf.ExtensionType.P4_INFO_TEXT, p4info)
                        .build();
        LoadBalancerRegistry.getDefaultRegistry().register(new PickFirstLoadBalancerProvider());
        target.start(0);
        client =
                new SwitchClient(
                        DEVICE,
                        channels.create(URI.create("grpc://127.0.0.1:" + target.port())),
                        listener(),
                        executor,
                        clock);
        client.start();
        client.setMastership(P4_DEVICE, true, BigInteger.TEN);
        assertTrue(primary.await(20, TimeUnit.SECONDS));
    }

    private SwitchListener listener() {
        return new SwitchListener() {
            @Override
            public void changed(DeviceAgentEvent.Type what) {
                if (what == DeviceAgentEvent.Type.ROLE_MASTER) {
                    primary.countDown();
                }
            }

            @Override
            public void received(PacketIn packet) {}
        };
    }

    @AfterEach
    void disconnect() throws Exception {
        client.shutdown();
        channels.deactivate();
        clock.shutdownNow();
        executor.shutdownNow();
        target.kill();
    }

    @Test
    void aCellIsReadBackAsItWasWrittenAmongAllOfTheMeter() {
        PiMeterCellConfig limited = limited(2, 100, 200);
        assertTrue(client.write(P4_DEVICE, pipeconf).modify(limited).submitSync().isSuccess());
        assertEquals(512, cells().size());
        assertEquals(List.of(limited), limitedCells());
    }

    @Test
    void aCellThatIsResetHasNoRates() {
        client.write(P4_DEVICE, pipeconf).modify(limited(2, 100, 200)).submitSync();
        client.write(P4_DEVICE, pipeconf).modify(PiMeterCellConfig.reset(cell(2))).submitSync();
        assertEquals(512, cells().size());
        assertEquals(List.of(), limitedCells());
    }

    @Test
    void eachCellOfAWriteHasItsOwnOutcome() {
        WriteResponse answer =
                client.write(P4_DEVICE, pipeconf)
                        .modify(limited(2, 100, 200))
                        .modify(limited(512, 100, 200))
                        .insert(limited(3, 100, 200))
                        .modify(limited(4, 100, 200))
                        .submitSync();
        assertEquals(
                List.of(
                        EntityUpdateStatus.OK,
                        EntityUpdateStatus.OTHER_ERROR,
                        EntityUpdateStatus.OTHER_ERROR,
                        EntityUpdateStatus.OK),
                answer.all().stream()
                        .map(EntityUpdateResponse::status)
                        .collect(Collectors.toList()));
        assertEquals(
                List.of("OUT_OF_RANGE", "INVALID_ARGUMENT"),
                answer.failed().stream()
                        .map(EntityUpdateResponse::explanation)
                        .collect(Collectors.toList()));
        assertEquals(2, limitedCells().size());
    }

    @Test
    void aMeterThatTheProgramDoesNotHaveIsNotSent() {
        PiMeterId none = PiMeterId.of("GroupMember.no_such_meter");
        WriteResponse answer =
                client.write(P4_DEVICE, pipeconf)
                        .modify(PiMeterCellConfig.reset(PiMeterCellId.ofIndirect(none, 1)))
                        .submitSync();
        assertEquals(1, answer.status(EntityUpdateStatus.CODEC_ERROR).size());
        ReadResponse read = client.read(P4_DEVICE, pipeconf).meterCells(none).submitSync();
        assertFalse(read.isSuccess());
        assertTrue(read.explanation().contains("no_such_meter"), read.explanation());
    }

    private Collection<PiMeterCellConfig> cells() {
        return client.read(P4_DEVICE, pipeconf)
                .meterCells(METER)
                .submitSync()
                .all(PiMeterCellConfig.class);
    }

    private List<PiMeterCellConfig> limitedCells() {
        return cells().stream()
                .filter(cell -> !cell.isDefaultConfig())
                .collect(Collectors.toList());
    }

    private static PiMeterCellId cell(long index) {
        return PiMeterCellId.ofIndirect(METER, index);
    }

    private static PiMeterCellConfig limited(long index, long rate, long burst) {
        return PiMeterCellConfig.builder()
                .withMeterCellId(cell(index))
                .withCommittedBand(rate, burst)
                .withPeakBand(rate, burst)
                .build();
    }
}

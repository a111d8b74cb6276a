// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.onlab.util.ImmutableByteSequence;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.device.DeviceAgentEvent;
import org.onosproject.net.pi.model.PiActionId;
import org.onosproject.net.pi.model.PiActionParamId;
import org.onosproject.net.pi.model.PiMatchFieldId;
import org.onosproject.net.pi.model.PiPacketMetadataId;
import org.onosproject.net.pi.model.PiPacketOperationType;
import org.onosproject.net.pi.model.PiPipeconf;
import org.onosproject.net.pi.model.PiTableId;
import org.onosproject.net.pi.runtime.PiAction;
import org.onosproject.net.pi.runtime.PiActionParam;
import org.onosproject.net.pi.runtime.PiExactFieldMatch;
import org.onosproject.net.pi.runtime.PiMatchKey;
import org.onosproject.net.pi.runtime.PiMulticastGroupEntry;
import org.onosproject.net.pi.runtime.PiPacketMetadata;
import org.onosproject.net.pi.runtime.PiPacketOperation;
import org.onosproject.net.pi.runtime.PiPreReplica;
import org.onosproject.net.pi.runtime.PiTableEntry;
import org.onosproject.p4runtime.api.P4RuntimeReadClient.ReadResponse;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.EntityUpdateResponse;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.EntityUpdateStatus;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.WriteResponse;
import p4.v1.P4RuntimeOuterClass.Entity;
import p4.v1.P4RuntimeOuterClass.PacketIn;
import p4.v1.P4RuntimeOuterClass.PacketMetadata;
import p4.v1.P4RuntimeOuterClass.TableEntry;

/** The client against a P4Runtime server, over gRPC, with our own program's p4info. */
class SwitchClientTest {
    private static final DeviceId DEVICE = ConnectedClient.DEVICE;
    private static final long P4_DEVICE = 1;
    private static final PiTableId INBOUND_SPI = PiTableId.of("GroupMember.inbound_spi");
    private static PiPipeconf pipeconf;

    private ConnectedClient connected;
    private MemorySwitch target;
    private BlockingQueue<DeviceAgentEvent.Type> events;
    private BlockingQueue<PacketIn> packets;
    private SwitchClient client;

    @BeforeAll
    static void readPipeconf() throws Exception {
        pipeconf = ConnectedClient.pipeconf();
    }

    @BeforeEach
    void connect() throws Exception {
        connected = new ConnectedClient();
        target = connected.target;
        events = connected.events;
        packets = connected.packets;
        client = connected.client;
        expect(DeviceAgentEvent.Type.CHANNEL_OPEN);
    }

    @AfterEach
    void disconnect() throws Exception {
        connected.disconnect();
    }

    @Test
    void aChannelThatWasOpenBeforeIsHeardOfToo() throws Exception {
        connected.startAnotherClient();
        expect(DeviceAgentEvent.Type.CHANNEL_OPEN);
    }

    @Test
    void theHighestElectionIdIsPrimary() throws InterruptedException {
        becomePrimary();
        assertTrue(client.isMaster(P4_DEVICE));
        assertTrue(client.isSessionOpen(P4_DEVICE));
    }

    @Test
    void aLowerElectionIdIsABackupThatMayNotWrite() throws InterruptedException {
        target.anotherBecomesPrimary(1000);
        client.setMastership(P4_DEVICE, true, BigInteger.TEN);
        expect(DeviceAgentEvent.Type.ROLE_STANDBY);

        WriteResponse answer =
                client.write(P4_DEVICE, pipeconf).insert(announced(1, 0xaaaa)).submitSync();

        assertFalse(client.isMaster(P4_DEVICE));
        assertFalse(answer.isSuccess());
        assertTrue(answer.all().iterator().next().explanation().contains("PERMISSION_DENIED"));
        assertEquals(List.of(), target.entities());
    }

    @Test
    void whoAsksOnceMoreForWhatItHasIsAnsweredThoughTheSwitchIsSilent()
            throws InterruptedException {
        becomePrimary();
        client.setMastership(P4_DEVICE, true, BigInteger.valueOf(20));
        expect(DeviceAgentEvent.Type.ROLE_MASTER);

        target.anotherBecomesPrimary(1000);
        expect(DeviceAgentEvent.Type.ROLE_STANDBY);
        client.setMastership(P4_DEVICE, true, BigInteger.valueOf(20));
        expect(DeviceAgentEvent.Type.ROLE_STANDBY);
    }

    @Test
    void aSwitchThatRemembersTheIdOfAControllerThatIsGoneIsAskedAgainWithThatId()
            throws InterruptedException {
        target.anotherBecomesPrimary(1000);
        target.anotherLeaves();
        client.setMastership(P4_DEVICE, true, BigInteger.TEN);
        expect(DeviceAgentEvent.Type.ROLE_MASTER);
        assertMayWrite();
    }

    @Test
    void afterAControllerThatBidHigherCameAndWentTheNextLowerIdOfOnosIsStillPrimary()
            throws InterruptedException {
        becomePrimary();
        target.anotherBecomesPrimary(1000);
        expect(DeviceAgentEvent.Type.ROLE_STANDBY);
        target.anotherLeaves();
        expect(DeviceAgentEvent.Type.ROLE_MASTER);

        client.setMastership(P4_DEVICE, true, BigInteger.valueOf(21));
        expect(DeviceAgentEvent.Type.ROLE_MASTER);
        assertMayWrite();

        target.endStream();
        expect(DeviceAgentEvent.Type.ROLE_NONE);
        expect(DeviceAgentEvent.Type.ROLE_MASTER);
    }

    @Test
    void anIdThatAnotherControllerHoldsIsNotBid() throws InterruptedException {
        becomePrimary();
        target.anotherBecomesPrimary(1000);
        expect(DeviceAgentEvent.Type.ROLE_STANDBY);
        client.setMastership(P4_DEVICE, true, BigInteger.valueOf(21));
        expect(DeviceAgentEvent.Type.ROLE_STANDBY);
        assertTrue(client.isSessionOpen(P4_DEVICE));
    }

    @Test
    void whereAnotherControllerTookTheAbandonedIdFirstOnosIsABackupWithItsOwn()
            throws InterruptedException {
        becomePrimary();
        target.anotherBecomesPrimary(1000);
        target.anotherLeaves();
        expect(DeviceAgentEvent.Type.ROLE_STANDBY);
        expect(DeviceAgentEvent.Type.ROLE_MASTER);

        target.endStream();
        target.anotherBecomesPrimary(1000);
        expect(DeviceAgentEvent.Type.ROLE_NONE); // ended by the test
        expect(DeviceAgentEvent.Type.ROLE_NONE); // the id is not free
        expect(DeviceAgentEvent.Type.ROLE_STANDBY);
    }

    @Test
    void whoIsToBeABackupStaysOneWhereThereIsNoPrimary() throws InterruptedException {
        target.anotherBecomesPrimary(1000);
        target.anotherLeaves();
        client.setMastership(P4_DEVICE, false, BigInteger.TEN);
        expect(DeviceAgentEvent.Type.ROLE_STANDBY);
        assertFalse(client.isMaster(P4_DEVICE));
    }

    @Test
    void whoIsToBeABackupNoLongerBidsTheAbandonedId() throws InterruptedException {
        target.anotherBecomesPrimary(1000);
        target.anotherLeaves();
        becomePrimary();
        client.setMastership(P4_DEVICE, false, BigInteger.valueOf(21));
        expect(DeviceAgentEvent.Type.ROLE_STANDBY);
        assertFalse(client.isMaster(P4_DEVICE));
    }

    @Test
    void aStreamThatEndsIsOpenedAgainWithTheSameElectionId() throws InterruptedException {
        becomePrimary();
        target.endStream();
        expect(DeviceAgentEvent.Type.ROLE_NONE);
        expect(DeviceAgentEvent.Type.ROLE_MASTER);
        assertMayWrite();
    }

    @Test
    void aSwitchThatRestartsIsFoundAgainAndKnowsNothing() throws Exception {
        becomePrimary();
        assertTrue(client.setPipelineConfig(P4_DEVICE, pipeconf, ByteBuffer.allocate(1)).get());
        int port = target.port();
        target.kill();
        expectAmong(DeviceAgentEvent.Type.CHANNEL_CLOSED);
        until(() -> !client.isServerReachable() && !client.isMaster(P4_DEVICE));

        target.start(port);
        expectAmong(DeviceAgentEvent.Type.CHANNEL_OPEN);
        becomePrimary();
        assertFalse(client.isPipelineConfigSet(P4_DEVICE, pipeconf).get());
    }

    @Test
    void theCookieTellsWhichPipelineRuns() throws Exception {
        becomePrimary();
        assertFalse(client.isAnyPipelineConfigSet(P4_DEVICE).get());
        assertTrue(client.setPipelineConfig(P4_DEVICE, pipeconf, ByteBuffer.allocate(1)).get());
        assertTrue(client.isPipelineConfigSet(P4_DEVICE, pipeconf).get());
        assertTrue(client.isAnyPipelineConfigSet(P4_DEVICE).get());
    }

    @Test
    void aRefusedPipelineIsNotSet() throws Exception {
        becomePrimary();
        target.refusePipelines(Status.INVALID_ARGUMENT.withDescription("wrong p4info"));
        assertFalse(client.setPipelineConfig(P4_DEVICE, pipeconf, ByteBuffer.allocate(1)).get());
        assertFalse(client.isPipelineConfigSet(P4_DEVICE, pipeconf).get());
    }

    @Test
    void eachUpdateOfAWriteHasItsOwnOutcome() throws InterruptedException {
        becomePrimary();
        client.write(P4_DEVICE, pipeconf).insert(announced(1, 0xaaaa)).submitSync();

        WriteResponse answer =
                client.write(P4_DEVICE, pipeconf)
                        .insert(announced(1, 0xbbbb))
                        .insert(announced(1, 0xaaaa))
                        .delete(announced(2, 0xcccc).handle(DEVICE))
                        .modify(announced(1, 0xbbbb))
                        .submitSync();

        assertEquals(
                List.of(
                        EntityUpdateStatus.OK,
                        EntityUpdateStatus.ALREADY_EXIST,
                        EntityUpdateStatus.NOT_FOUND,
                        EntityUpdateStatus.OK),
                answer.all().stream()
                        .map(EntityUpdateResponse::status)
                        .collect(Collectors.toList()));
        assertEquals(2, answer.success().size());
        assertEquals(2, answer.failed().size());
        assertEquals(2, target.entities().size());
    }

    @Test
    void whatCannotBeEncodedFailsAloneAndIsNotSent() throws InterruptedException {
        becomePrimary();
        PiTableEntry unknownTable =
                PiTableEntry.builder()
                        .forTable(PiTableId.of("GroupMember.no_such_table"))
                        .withMatchKey(PiMatchKey.EMPTY)
                        .withAction(PiAction.builder().withId(PiActionId.of("drop")).build())
                        .build();

        WriteResponse answer =
                client.write(P4_DEVICE, pipeconf)
                        .insert(unknownTable)
                        .insert(announced(1, 0xaaaa))
                        .submitSync();

        assertEquals(1, answer.status(EntityUpdateStatus.CODEC_ERROR).size());
        assertEquals(1, answer.status(EntityUpdateStatus.OK).size());
    }

    @Test
    void entriesAreReadBackWithTheirCounters() throws InterruptedException {
        becomePrimary();
        client.write(P4_DEVICE, pipeconf)
                .insert(List.of(announced(1, 0xaaaa), announced(1, 0xbbbb)))
                .submitSync();

        ReadResponse answer =
                client.read(P4_DEVICE, pipeconf).tableEntries(INBOUND_SPI).submitSync();

        assertTrue(answer.isSuccess());
        assertEquals(
                List.of(announced(1, 0xaaaa).matchKey(), announced(1, 0xbbbb).matchKey()),
                answer.all(PiTableEntry.class).stream()
                        .map(PiTableEntry::matchKey)
                        .collect(Collectors.toList()));
        answer.all(PiTableEntry.class).forEach(entry -> assertEquals(3, entry.counter().packets()));
    }

    @Test
    void anEntryThatNobodyCanReadDoesNotHideTheOthers() throws InterruptedException {
        becomePrimary();
        client.write(P4_DEVICE, pipeconf).insert(announced(1, 0xaaaa)).submitSync();
        int spiTable = target.entities().get(0).getTableEntry().getTableId();
        target.plant(
                Entity.newBuilder()
                        .setTableEntry(
                                TableEntry.newBuilder()
                                        .setTableId(spiTable)
                                        .addMatch(
                                                p4.v1.P4RuntimeOuterClass.FieldMatch.newBuilder()
                                                        .setFieldId(99)))
                        .build());

        ReadResponse answer =
                client.read(P4_DEVICE, pipeconf).tableEntries(INBOUND_SPI).submitSync();

        assertTrue(answer.isSuccess());
        assertEquals(1, answer.all().size());
    }

    @Test
    void aReadOfATableThatIsNotThereSaysSo() throws InterruptedException {
        becomePrimary();
        ReadResponse answer =
                client.read(P4_DEVICE, pipeconf)
                        .tableEntries(PiTableId.of("GroupMember.no_such_table"))
                        .submitSync();
        assertFalse(answer.isSuccess());
        assertTrue(answer.explanation().contains("no_such_table"), answer.explanation());
    }

    @Test
    void multicastGroupsAreWritten() throws InterruptedException {
        becomePrimary();
        PiMulticastGroupEntry group =
                PiMulticastGroupEntry.builder()
                        .withGroupId(7)
                        .addReplica(new PiPreReplica(PortNumber.portNumber(3), 1))
                        .build();
        assertTrue(client.write(P4_DEVICE, pipeconf).insert(group).submitSync().isSuccess());
        assertEquals(
                7,
                target.entities()
                        .get(0)
                        .getPacketReplicationEngineEntry()
                        .getMulticastGroupEntry()
                        .getMulticastGroupId());
    }

    @Test
    void packetsTravelBothWays() throws Exception {
        becomePrimary();
        client.packetOut(
                P4_DEVICE,
                PiPacketOperation.builder()
                        .withType(PiPacketOperationType.PACKET_OUT)
                        .withData(ImmutableByteSequence.copyFrom(new byte[] {1, 2, 3}))
                        .withMetadata(metadata("egress_port", 2, 9))
                        .withMetadata(metadata("reserved", 0, 7))
                        .build(),
                pipeconf);
        until(() -> !target.packets().isEmpty());
        assertEquals(
                ByteString.copyFrom(new byte[] {1, 2, 3}), target.packets().get(0).getPayload());

        PacketIn sent =
                PacketIn.newBuilder()
                        .setPayload(ByteString.copyFromUtf8("frame"))
                        .addMetadata(PacketMetadata.newBuilder().setMetadataId(1))
                        .build();
        target.send(sent);
        assertEquals(sent, packets.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void aPacketOutWithoutASessionIsDropped() throws Exception {
        client.packetOut(
                P4_DEVICE,
                PiPacketOperation.builder()
                        .withType(PiPacketOperationType.PACKET_OUT)
                        .withData(ImmutableByteSequence.copyFrom(new byte[] {1}))
                        .withMetadata(metadata("egress_port", 2, 9))
                        .withMetadata(metadata("reserved", 0, 7))
                        .build(),
                pipeconf);
        becomePrimary();
        assertEquals(List.of(), target.packets());
    }

    private void becomePrimary() throws InterruptedException {
        client.setMastership(P4_DEVICE, true, BigInteger.valueOf(20));
        expectAmong(DeviceAgentEvent.Type.ROLE_MASTER);
    }

    private void assertMayWrite() {
        assertTrue(client.isMaster(P4_DEVICE));
        assertTrue(
                client.write(P4_DEVICE, pipeconf)
                        .insert(announced(1, 0xaaaa))
                        .submitSync()
                        .isSuccess());
    }

    private void expect(DeviceAgentEvent.Type what) throws InterruptedException {
        assertEquals(what, events.poll(10, TimeUnit.SECONDS));
    }

    private void expectAmong(DeviceAgentEvent.Type what) throws InterruptedException {
        assertTrue(connected.hears(what, 10));
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not in time");
            Thread.onSpinWait();
        }
    }

    /** An SPI that may reach the member of a site at port 2. */
    private static PiTableEntry announced(int site, int spi) {
        return PiTableEntry.builder()
                .forTable(INBOUND_SPI)
                .withMatchKey(
                        PiMatchKey.builder()
                                .addFieldMatch(exact("site", site, 16))
                                .addFieldMatch(exact("spi", spi, 32))
                                .build())
                .withAction(
                        PiAction.builder()
                                .withId(PiActionId.of("GroupMember.to_member"))
                                .withParameter(
                                        new PiActionParam(
                                                PiActionParamId.of("member_port"), bits(2, 9)))
                                .build())
                .build();
    }

    private static PiExactFieldMatch exact(String field, long value, int width) {
        return new PiExactFieldMatch(PiMatchFieldId.of(field), bits(value, width));
    }

    private static PiPacketMetadata metadata(String field, long value, int width) {
        return PiPacketMetadata.builder()
                .withId(PiPacketMetadataId.of(field))
                .withValue(bits(value, width))
                .build();
    }

    private static ImmutableByteSequence bits(long value, int width) {
        try {
            return ImmutableByteSequence.copyFrom(value).fit(width);
        } catch (ImmutableByteSequence.ByteSequenceTrimException e) {
            throw new IllegalArgumentException(e);
        }
    }
}

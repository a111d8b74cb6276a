// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.onosproject.core.DefaultApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultFlowRule;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.flow.TrafficSelector;
import org.onosproject.net.flow.oldbatch.FlowRuleBatchEntry;
import org.onosproject.net.flow.oldbatch.FlowRuleBatchEntry.FlowRuleOperation;
import org.onosproject.net.flow.oldbatch.FlowRuleBatchOperation;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFType;
import org.projectfloodlight.openflow.protocol.OFVersion;

/** A batch on its way: one transaction, a barrier at its end, errors told apart. */
class FlowBatchTest {
    private static final OFFactory OF13 = OFFactories.getFactory(OFVersion.OF_13);
    private static final DeviceId DEVICE = DeviceId.deviceId("of:0000000000000001");
    private static final int QUOTED = 64;

    private final FlowRule one = rule(1, select(1));
    private final FlowRule two = rule(2, select(2));
    private final FlowRule notExpressible =
            rule(3, DefaultTrafficSelector.builder().matchTunnelId(5).build());

    @Test
    void theBarrierClosesTheTransactionOfTheRules() {
        List<OFMessage> messages = batch(one, two).messages(OF13, new ArrayList<>());

        assertEquals(
                List.of(OFType.FLOW_MOD, OFType.FLOW_MOD, OFType.BARRIER_REQUEST),
                messages.stream().map(OFMessage::getType).collect(Collectors.toList()));
        assertEquals(
                Set.of(9L), messages.stream().map(OFMessage::getXid).collect(Collectors.toSet()));
    }

    @Test
    void anErrorFailsTheRuleThatItQuotesAndNoOther() {
        FlowBatch batch = batch(one, two);
        List<OFMessage> messages = batch.messages(OF13, new ArrayList<>());

        batch.fail(quote(messages.get(1)));

        assertFalse(batch.result().isSuccess());
        assertEquals(Set.of(two), batch.result().failedItems());
    }

    @Test
    void anErrorThatQuotesNothingFailsAll() {
        FlowBatch batch = batch(one, two);
        batch.messages(OF13, new ArrayList<>());

        batch.fail(new byte[4]);

        assertEquals(Set.of(one, two), batch.result().failedItems());
    }

    @Test
    void aRuleThatCannotBeExpressedFailsAloneAndSaysWhy() {
        FlowBatch batch = batch(one, notExpressible);
        List<String> refusals = new ArrayList<>();

        List<OFMessage> messages = batch.messages(OF13, refusals);

        assertEquals(2, messages.size(), "the other rule and the barrier");
        assertEquals(Set.of(notExpressible), batch.result().failedItems());
        assertTrue(
                refusals.get(0).startsWith("criterion not supported: TUNNEL_ID"),
                refusals::toString);
    }

    @Test
    void aBatchWithoutErrorsSucceeds() {
        FlowBatch batch = batch(one, two);
        batch.messages(OF13, new ArrayList<>());

        assertTrue(batch.result().isSuccess());
    }

    private static byte[] quote(OFMessage message) {
        ByteBuf wire = Unpooled.buffer();
        message.writeTo(wire);
        byte[] octets = new byte[wire.readableBytes()];
        wire.readBytes(octets);
        return Arrays.copyOf(octets, QUOTED);
    }

    private static FlowBatch batch(FlowRule... rules) {
        List<FlowRuleBatchEntry> entries =
                Arrays.stream(rules)
                        .map(rule -> new FlowRuleBatchEntry(FlowRuleOperation.ADD, rule))
                        .collect(Collectors.toList());
        return new FlowBatch(new FlowRuleBatchOperation(entries, DEVICE, 77), 9);
    }

    private static TrafficSelector select(int port) {
        return DefaultTrafficSelector.builder().matchInPort(PortNumber.portNumber(port)).build();
    }

    private static FlowRule rule(int priority, TrafficSelector selector) {
        return DefaultFlowRule.builder()
                .forDevice(DEVICE)
                .fromApp(new DefaultApplicationId(1, "app"))
                .withPriority(priority)
                .withSelector(selector)
                .withTreatment(DefaultTrafficTreatment.builder().drop().build())
                .makePermanent()
                .build();
    }
}

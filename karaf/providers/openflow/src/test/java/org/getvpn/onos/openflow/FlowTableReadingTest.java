// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.onlab.packet.IpPrefix;
import org.onosproject.core.DefaultApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultFlowEntry;
import org.onosproject.net.flow.DefaultFlowRule;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.flow.FlowEntry;
import org.onosproject.net.flow.FlowEntry.FlowEntryState;
import org.onosproject.net.flow.FlowId;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.flow.TrafficTreatment;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFFlowAdd;
import org.projectfloodlight.openflow.protocol.OFFlowStatsEntry;
import org.projectfloodlight.openflow.protocol.OFVersion;
import org.projectfloodlight.openflow.protocol.match.MatchField;
import org.projectfloodlight.openflow.types.EthType;
import org.projectfloodlight.openflow.types.TransportPort;
import org.projectfloodlight.openflow.types.U64;

/** What a switch holds against what the store holds: who is right, and what is told to the core. */
class FlowTableReadingTest {
    private static final OFFactory OF13 = OFFactories.getFactory(OFVersion.OF_13);
    private static final DeviceId DEVICE = DeviceId.deviceId("of:0000000000000001");
    private static final TrafficTreatment DROP = DefaultTrafficTreatment.builder().drop().build();
    private static final TrafficTreatment OUT =
            DefaultTrafficTreatment.builder().setOutput(PortNumber.portNumber(2)).build();

    @Test
    void aRuleInPlaceIsReportedWithItsCounters() {
        FlowEntry guard = stored(rule(1, "10.1.0.0/16", DROP));

        FlowTableReading reading = read(List.of(guard), Set.of(), onSwitch(guard, 5, 500));

        FlowEntry reported = reading.present().get(0);
        assertTrue(reported.exactMatch(guard), "the core must see the stored rule itself");
        assertEquals(FlowEntryState.ADDED, reported.state());
        assertEquals(5, reported.packets());
        assertEquals(500, reported.bytes());
    }

    @Test
    void aRuleThatIsGoneIsNotReportedSoThatTheCoreInstallsItAgain() {
        FlowTableReading reading = read(List.of(stored(rule(1, "10.1.0.0/16", DROP))), Set.of());

        assertEquals(List.of(), reading.present());
        assertEquals(List.of(), reading.withdrawn());
    }

    @Test
    void aRuleThatSomebodyChangedIsNotReportedAndNotTakenAsForeign() {
        FlowEntry guard = stored(rule(1, "10.1.0.0/16", DROP));
        FlowRule changed =
                DefaultFlowRule.builder()
                        .forDevice(DEVICE)
                        .forTable(0)
                        .withPriority(guard.priority())
                        .withSelector(guard.selector())
                        .withTreatment(OUT)
                        .withCookie(guard.id().value())
                        .makePermanent()
                        .build();

        FlowTableReading reading = read(List.of(guard), Set.of(), onSwitch(changed, 0, 0));

        assertEquals(List.of(), reading.present());
        assertEquals(1, reading.changed());
    }

    @Test
    void anEntryThatTheStoreDoesNotKnowIsReportedAsForeign() {
        FlowRule left = foreignRule(0x0009_0000_0000_0001L, "10.9.0.0/16", OUT);

        FlowTableReading reading = read(List.of(), Set.of(), onSwitch(left, 1, 60));

        FlowEntry reported = reading.present().get(0);
        assertTrue(reported.exactMatch(left));
        assertEquals(9, reported.appId(), "the cookie says which application id it was");
    }

    @Test
    void aForeignEntryInTheStoreStaysForeignWhileItIsThere() {
        FlowEntry left = stored(foreignRule(3, "10.9.0.0/16", OUT));

        FlowTableReading reading = read(List.of(left), Set.of(left.id()), onSwitch(left, 1, 60));

        assertEquals(1, reading.present().size());
        assertEquals(List.of(), reading.withdrawn());
    }

    @Test
    void aForeignEntryThatVanishesIsWithdrawnNotInstalledAgain() {
        FlowEntry left = stored(foreignRule(3, "10.9.0.0/16", OUT));

        FlowTableReading reading = read(List.of(left), Set.of(left.id()));

        assertEquals(List.of(left), reading.withdrawn());
        assertEquals(
                FlowRule.FlowRemoveReason.HARD_TIMEOUT,
                FlowTableReading.expired(left).reason(),
                "only so does the core forget it");
    }

    @Test
    void anApplicationsRuleWinsThePlaceOfAForeignEntry() {
        FlowEntry guard = stored(rule(1, "10.1.0.0/16", DROP));
        FlowEntry left = stored(foreignRule(3, "10.1.0.0/16", OUT));

        FlowTableReading reading =
                read(List.of(left, guard), Set.of(left.id()), onSwitch(left, 0, 0));

        assertEquals(List.of(), reading.present(), "the guard is missing and comes back");
        assertEquals(List.of(left), reading.withdrawn());
    }

    @Test
    void aForeignEntryWithActionsThatOnosDoesNotKnowIsStillSeen() {
        OFFlowStatsEntry entry =
                onSwitch(foreignRule(3, "10.9.0.0/16", OUT), 0, 0)
                        .createBuilder()
                        .setInstructions(
                                List.of(
                                        OF13.instructions()
                                                .applyActions(List.of(OF13.actions().copyTtlIn()))))
                        .build();

        FlowTableReading reading = read(List.of(), Set.of(), entry);

        assertEquals(1, reading.present().size(), "so that it can be deleted");
        assertEquals(1, reading.unreadable().size(), "and the log says what is not shown");
    }

    @Test
    void aMatchThatOnosCannotExpressIsToldButNeverShownWider() {
        OFFlowStatsEntry entry =
                onSwitch(foreignRule(3, "10.9.0.0/16", OUT), 0, 0)
                        .createBuilder()
                        .setMatch(
                                OF13.buildMatch()
                                        .setExact(MatchField.ETH_TYPE, EthType.IPv4)
                                        .setExact(
                                                MatchField.IP_PROTO,
                                                org.projectfloodlight.openflow.types.IpProtocol.TCP)
                                        .setMasked(
                                                MatchField.TCP_DST,
                                                TransportPort.of(0),
                                                TransportPort.of(0xff00))
                                        .build())
                        .build();

        FlowTableReading reading = read(List.of(), Set.of(), entry);

        assertEquals(List.of(), reading.present());
        assertEquals(1, reading.unreadable().size());
    }

    private static FlowTableReading read(
            List<FlowEntry> stored, Set<FlowId> foreign, OFFlowStatsEntry... reported) {
        return new FlowTableReading(
                OF13, DEVICE, stored, rule -> foreign.contains(rule.id()), List.of(reported));
    }

    private static FlowRule rule(int application, String destination, TrafficTreatment treatment) {
        return place(destination, treatment)
                .fromApp(new DefaultApplicationId(application, "app" + application))
                .build();
    }

    private static FlowRule foreignRule(
            long cookie, String destination, TrafficTreatment treatment) {
        return place(destination, treatment).withCookie(cookie).build();
    }

    private static FlowRule.Builder place(String destination, TrafficTreatment treatment) {
        return DefaultFlowRule.builder()
                .forDevice(DEVICE)
                .forTable(0)
                .withPriority(100)
                .withSelector(
                        DefaultTrafficSelector.builder()
                                .matchEthType((short) 0x0800)
                                .matchIPDst(IpPrefix.valueOf(destination))
                                .build())
                .withTreatment(treatment)
                .makePermanent();
    }

    private static FlowEntry stored(FlowRule rule) {
        return new DefaultFlowEntry(rule, FlowEntryState.ADDED);
    }

    private static OFFlowStatsEntry onSwitch(FlowRule rule, long packets, long bytes) {
        OFFlowAdd add = (OFFlowAdd) FlowMessages.add(OF13, rule, 1);
        return OF13.buildFlowStatsEntry()
                .setTableId(add.getTableId())
                .setPriority(add.getPriority())
                .setCookie(add.getCookie())
                .setMatch(add.getMatch())
                .setInstructions(add.getInstructions())
                .setPacketCount(U64.of(packets))
                .setByteCount(U64.of(bytes))
                .build();
    }
}

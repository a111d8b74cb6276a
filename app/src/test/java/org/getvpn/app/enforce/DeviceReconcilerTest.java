// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.getvpn.app.config.Samples;
import org.getvpn.app.forwarding.Cabling;
import org.getvpn.app.forwarding.ForwardingTranslator;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.openflow.Stage;
import org.getvpn.app.policy.NetworkPolicy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.onosproject.core.ApplicationId;
import org.onosproject.core.DefaultApplicationId;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DeviceId;
import org.onosproject.net.Link;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultFlowRule;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.flow.FlowEntry;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.flow.TrafficTreatment;
import org.onosproject.net.link.LinkEvent;

class DeviceReconcilerTest {
    private static final ApplicationId OURS = new DefaultApplicationId(7, "org.getvpn");
    private static final ApplicationId THEIRS = new DefaultApplicationId(9, "org.example");
    private static final DeviceId SITE1 = DeviceId.deviceId("of:0000000000000001");

    private final SwitchDouble sw = new SwitchDouble();
    private final DevicePlan plan =
            new Planner(
                            OURS,
                            NetworkPolicy.of(Samples.read(Samples.json())),
                            List.of(),
                            List.of(),
                            new SwitchKindsDouble(),
                            Map.of())
                    .plan(SITE1);
    private final GroupsDouble groups = new GroupsDouble();
    private long now;
    private final Discovery discovery = new Discovery(() -> now);
    private final DeviceReconciler reconciler =
            new DeviceReconciler(SITE1, OURS, sw, groups, () -> now, discovery);

    @BeforeEach
    void allLinksAreKnown() {
        now += Discovery.QUIET_NANOS;
    }

    @Test
    void everyGuardGoesOutBeforeAnyPermit() {
        reconciler.reconcile(plan);
        sw.acknowledge();
        assertEquals(List.of("stage [drop]", "stage [permit]"), sw.log);
    }

    @Test
    void nothingIsSentTwiceWhileItIsUnderWay() {
        reconciler.reconcile(plan);
        now += 1_000_000_000L;
        reconciler.reconcile(plan);
        assertEquals(1, sw.unanswered());
        now += DeviceState.RETRY_NANOS;
        reconciler.reconcile(plan);
        assertEquals(2, sw.unanswered(), "lost? it is tried again after the retry time");
    }

    @Test
    void aSwitchThatRefusesIsTriedAgain() {
        sw.refuses = true;
        reconciler.reconcile(plan);
        sw.acknowledge();
        reconciler.reconcile(plan);
        assertEquals(1, sw.unanswered());
    }

    @Test
    void guardsCountOnceTheSwitchTookThem() {
        assertFalse(reconciler.isGuarded(reconciler.reconcile(plan)));
        sw.acknowledge();
        assertTrue(reconciler.isGuarded(reconciler.reconcile(plan)));
        assertTrue(reconciler.isInstalled(reconciler.reconcile(plan)));
    }

    @Test
    void eachRuleThatSomebodyDeletedIsSentAgainAlone() {
        install();
        for (PolicyRule lost : plan.rules().values()) {
            sw.entries.remove(lost.rule().id());
            now += 2 * DeviceState.RETRY_NANOS;
            Comparison seen = reconciler.reconcile(plan);
            assertEquals(List.of(lost), seen.missing());
            assertEquals(lost.stage() == Stage.PERMIT, reconciler.isGuarded(seen));
            sw.acknowledge();
            sw.readBack();
            assertTrue(reconciler.reconcile(plan).missing().isEmpty());
        }
    }

    @Test
    void allRulesDeletedComeBackAll() {
        install();
        sw.entries.clear();
        now += 2 * DeviceState.RETRY_NANOS;
        reconciler.reconcile(plan);
        sw.acknowledge();
        assertEquals(plan.rules().keySet(), sw.entries.keySet());
    }

    @Test
    void aRuleWithOtherInstructionsIsReplaced() {
        install();
        PolicyRule changed = plan.rules().values().iterator().next();
        sw.put(
                rule(OURS, changed.rule().priority(), changed.rule(), output(4)),
                FlowEntry.FlowEntryState.ADDED);
        now += 2 * DeviceState.RETRY_NANOS;
        assertEquals(List.of(changed), reconciler.reconcile(plan).missing());
        assertEquals(1, sw.unanswered());
    }

    @Test
    void guardsFoundOnTheSwitchAreAdopted() {
        plan.rules().values().forEach(r -> sw.put(r.rule(), FlowEntry.FlowEntryState.ADDED));
        Comparison seen = reconciler.reconcile(plan);
        assertEquals(0, sw.unanswered());
        assertTrue(reconciler.isGuarded(seen));
        assertEquals(List.of(), sw.log);
    }

    @Test
    void anUnknownEntryOfOursGoesOnlyOnceEverythingDesiredIsThere() {
        FlowRule old = rule(OURS, 45_000, null, output(3));
        sw.put(old, FlowEntry.FlowEntryState.ADDED);
        reconciler.reconcile(plan);
        assertEquals(List.of(), sw.log, "the desired rules are still under way");
        sw.acknowledge();
        sw.log.clear();
        reconciler.reconcile(plan);
        assertEquals(List.of("delete " + old.id()), sw.log);
    }

    @Test
    void anUnknownRouteOutlivesTheSearchForItsHost() {
        install();
        FlowRule route =
                DefaultFlowRule.builder()
                        .forDevice(SITE1)
                        .fromApp(OURS)
                        .forTable(1)
                        .withPriority(1032)
                        .withTreatment(output(1))
                        .makePermanent()
                        .build();
        sw.put(route, FlowEntry.FlowEntryState.ADDED);
        reconciler.reconcile(plan);
        assertTrue(sw.entries.containsKey(route.id()));
        now += DeviceState.ROUTE_GRACE_NANOS;
        reconciler.reconcile(plan);
        assertFalse(sw.entries.containsKey(route.id()));
    }

    @Test
    void othersEntriesAreReportedNotTouched() {
        install();
        FlowRule permit = rule(THEIRS, 61_000, null, output(3));
        FlowRule copy = rule(THEIRS, 40_000, null, output(PortNumber.CONTROLLER.toLong()));
        sw.put(permit, FlowEntry.FlowEntryState.ADDED);
        sw.put(copy, FlowEntry.FlowEntryState.ADDED);
        Comparison seen = reconciler.reconcile(plan);
        assertEquals(1, seen.foreign().size());
        assertEquals(permit.id(), seen.foreign().get(0).id());
        assertEquals(List.of(), sw.log);
    }

    @Test
    void aRouteOverEqualPathsWaitsForItsGroupAndTheGroupGoesAfterIt() {
        DevicePlan twoPaths = planWith(cable(1, 3, 0xc1, 1), cable(1, 4, 0xc1, 2));
        DevicePlan onePath = planWith(cable(1, 3, 0xc1, 1));
        reconciler.reconcile(twoPaths);
        sw.acknowledge();
        assertEquals(1, groups.groups.size());
        assertEquals(1, reconciler.reconcile(twoPaths).missing().size(), "the route over both");
        groups.confirm();
        reconciler.reconcile(twoPaths);
        sw.acknowledge();
        assertEquals(List.of(), reconciler.reconcile(twoPaths).missing());
        reconciler.reconcile(onePath);
        assertEquals(1, groups.groups.size(), "a rule on the switch still names it");
        sw.acknowledge();
        reconciler.reconcile(onePath);
        assertEquals(0, groups.removals, "the path may come back");
        now += DeviceState.GROUP_GRACE_NANOS;
        reconciler.reconcile(onePath);
        groups.confirm();
        assertEquals(0, groups.groups.size());
    }

    @Test
    void aPathThatComesBackSoonFindsItsGroupAndItsTimeBeginsAnew() {
        DevicePlan twoPaths = planWith(cable(1, 3, 0xc1, 1), cable(1, 4, 0xc1, 2));
        DevicePlan onePath = planWith(cable(1, 3, 0xc1, 1));
        for (DevicePlan each : List.of(twoPaths, onePath, twoPaths, onePath)) {
            reconciler.reconcile(each);
            groups.confirm();
            reconciler.reconcile(each);
            sw.acknowledge();
            reconciler.reconcile(each);
            assertEquals(List.of(), reconciler.reconcile(each).missing());
            now += DeviceState.GROUP_GRACE_NANOS * 2 / 3;
        }
        reconciler.reconcile(onePath);
        assertEquals(0, groups.removals);
    }

    @Test
    void entriesOfAP4SwitchWaitForTheMulticastGroupOfRekeysThatTheyName() {
        DeviceId device = DeviceId.deviceId("device:s1");
        ObjectNode json = Samples.json();
        ((ObjectNode) json.get("sites").get(0)).put("device", device.toString());
        ((ObjectNode) json.get("groups").get(0))
                .putObject("rekey")
                .put("transport", "multicast")
                .put("address", "239.1.2.3");
        DevicePlan byMulticast = planner(json).plan(device);
        DevicePlan byCopies = planner(Samples.json()).plan(SITE1);
        DeviceReconciler p4 = new DeviceReconciler(device, OURS, sw, groups, () -> now, discovery);
        p4.reconcile(byMulticast);
        sw.acknowledge();
        assertEquals(1, groups.groups.size());
        // two key servers, whole datagrams and later fragments
        assertEquals(4, p4.reconcile(byMulticast).missing().size());
        groups.confirm();
        p4.reconcile(byMulticast);
        sw.acknowledge();
        assertEquals(List.of(), p4.reconcile(byMulticast).missing());
        assertEquals(List.of(), byCopies.groups());
    }

    @Test
    void aGroupThatNoEntryNamesAnyLongerIsDeletedOnce() {
        DeviceId device = DeviceId.deviceId("device:s1");
        ObjectNode json = Samples.json();
        ((ObjectNode) json.get("sites").get(0)).put("device", device.toString());
        DevicePlan without = planner(json).plan(device);
        ((ArrayNode) json.get("groups").get(0).get("policy"))
                .addObject()
                .put("action", "PROTECT")
                .put("source", "10.0.0.0/8")
                .put("destination", "239.1.0.0/16");
        DevicePlan with = planner(json).plan(device);
        assertTrue(with.groups().size() > 0);
        DeviceReconciler p4 = new DeviceReconciler(device, OURS, sw, groups, () -> now, discovery);
        p4.reconcile(with);
        groups.confirm();
        p4.reconcile(with);
        sw.acknowledge();
        for (int pass = 0; pass < 5; pass++) {
            p4.reconcile(without);
            sw.acknowledge();
            now += DeviceState.GROUP_GRACE_NANOS / 2;
        }
        assertEquals(with.groups().size(), groups.removals);
        groups.confirm();
        assertEquals(Map.of(), groups.groups);
    }

    private static Planner planner(ObjectNode json) {
        return new Planner(
                OURS,
                NetworkPolicy.of(Samples.read(json)),
                List.of(),
                List.of(),
                new SwitchKindsDouble(),
                Map.of());
    }

    @Test
    void whileLinksAreBeingFoundTheSwitchKeepsTheWaysThatItHas() {
        DevicePlan before = planWith(cable(1, 4, 0xc1, 2));
        DevicePlan half = planWith(cable(1, 3, 0xc1, 1));
        before.rules().values().forEach(r -> sw.put(r.rule(), FlowEntry.FlowEntryState.ADDED));
        found(cable(1, 3, 0xc1, 1));
        reconciler.reconcile(half);
        assertEquals(0, sw.unanswered(), "nothing is sent");
        assertEquals(List.of(), sw.log, "nothing is deleted");
        now += Discovery.QUIET_NANOS;
        assertEquals(1, reconciler.reconcile(half).missing().size());
        assertEquals(1, sw.unanswered(), "no more links came: the new way is the right one");
    }

    @Test
    void aSwitchThatWasNotReadYetGetsItsGuardsAndNoRoute() {
        DevicePlan wanted = planWith(cable(1, 3, 0xc1, 1));
        found(cable(1, 3, 0xc1, 1));
        reconciler.reconcile(wanted);
        sw.acknowledge();
        assertTrue(
                wanted.rules().values().stream()
                        .filter(r -> r.stage() == Stage.GUARD)
                        .allMatch(r -> sw.entries.containsKey(r.rule().id())));
        assertFalse(sw.entries.values().stream().anyMatch(DeviceReconcilerTest::isOnward));
        sw.readBack();
        reconciler.reconcile(wanted);
        sw.acknowledge();
        assertTrue(sw.entries.values().stream().anyMatch(DeviceReconcilerTest::isOnward));
    }

    @Test
    void aLostLinkIsRoutedAroundAtOnce() {
        DevicePlan before = planWith(cable(1, 4, 0xc1, 2));
        DevicePlan around = planWith(cable(1, 3, 0xc1, 1));
        before.rules().values().forEach(r -> sw.put(r.rule(), FlowEntry.FlowEntryState.ADDED));
        found(cable(1, 3, 0xc1, 1));
        discovery.linkChanged(new LinkEvent(LinkEvent.Type.LINK_REMOVED, cable(1, 4, 0xc1, 2)));
        reconciler.reconcile(around);
        assertEquals(1, sw.unanswered());
    }

    private void found(Link link) {
        discovery.linkChanged(new LinkEvent(LinkEvent.Type.LINK_ADDED, link));
    }

    /** A route towards another switch. */
    private static boolean isOnward(FlowEntry entry) {
        return ForwardingTranslator.TABLE.equals(entry.table())
                && entry.treatment().allInstructions().stream()
                        .anyMatch(i -> i.toString().contains("DEC_TTL"));
    }

    @Test
    void aSiteIsEnforcedOnlyByReadBack() {
        reconciler.reconcile(plan);
        sw.acknowledge();
        assertEquals(SiteState.Phase.INSTALLING, report().phase());
        sw.readBack();
        assertEquals(SiteState.Phase.ENFORCED, report().phase());
        assertEquals(Set.of(), Set.copyOf(report().missing()));
        assertEquals(0L, report().drops().get("cleartext_from_wan"));
    }

    private static DevicePlan planWith(Link... links) {
        ObjectNode json = Samples.json();
        ((ObjectNode) json.path("sites").path(0)).putArray("wanPorts").add(3).add(4);
        ((ArrayNode) json.path("sites")).remove(1);
        return new Planner(
                        OURS,
                        NetworkPolicy.of(Samples.read(json)),
                        List.of(links),
                        List.of(),
                        new SwitchKindsDouble(),
                        Map.of())
                .plan(SITE1);
    }

    private static Link cable(int from, int port, int to, int otherPort) {
        return Cabling.link(
                ConnectPoint.deviceConnectPoint(String.format("of:%016x/%d", from, port)),
                ConnectPoint.deviceConnectPoint(String.format("of:%016x/%d", to, otherPort)));
    }

    private SiteState report() {
        return SiteReport.of(
                plan.policy().sites().get(0),
                plan,
                new Comparison(plan, OURS.id(), sw.getFlowEntries(SITE1)),
                List.of());
    }

    private void install() {
        reconciler.reconcile(plan);
        sw.acknowledge();
        sw.readBack();
        reconciler.reconcile(plan);
        sw.log.clear();
    }

    private static TrafficTreatment output(long port) {
        return DefaultTrafficTreatment.builder().setOutput(PortNumber.portNumber(port)).build();
    }

    private static FlowRule rule(
            ApplicationId application, int priority, FlowRule like, TrafficTreatment treatment) {
        return DefaultFlowRule.builder()
                .forDevice(SITE1)
                .fromApp(application)
                .forTable(0)
                .withPriority(priority)
                .withSelector(
                        like == null ? DefaultTrafficSelector.emptySelector() : like.selector())
                .withTreatment(treatment)
                .makePermanent()
                .build();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.getvpn.app.config.Samples;
import org.getvpn.app.policy.NetworkPolicy;
import org.junit.jupiter.api.Test;
import org.onosproject.core.ApplicationId;
import org.onosproject.core.DefaultApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.meter.Band;
import org.onosproject.net.meter.DefaultBand;
import org.onosproject.net.meter.Meter;
import org.onosproject.net.pi.model.PiMeterId;
import org.onosproject.net.pi.runtime.PiMeterCellId;

/** Each member port of a P4 switch has a meter, whatever becomes of it meanwhile. */
class MeterReconcilerTest {
    private static final ApplicationId OURS = new DefaultApplicationId(7, "org.getvpn.app");
    private static final ApplicationId OTHERS = new DefaultApplicationId(8, "another");
    private static final DeviceId SWITCH = DeviceId.deviceId("device:s1");
    private static final DeviceId OPENFLOW = DeviceId.deviceId("of:0000000000000002");
    private static final PiMeterId METER = PiMeterId.of("GroupMember.gdoi_meter");
    private static final Band LOOSE =
            DefaultBand.builder()
                    .ofType(Band.Type.MARK_RED)
                    .withRate(1_000_000)
                    .burstSize(1_000_000)
                    .build();

    private final MetersDouble meters = new MetersDouble();
    private long now;
    private final MeterReconciler reconciler = new MeterReconciler(OURS, meters, () -> now);

    @Test
    void aMeterIsAskedForOnceAndIsMissingUntilTheSwitchReportsIt() {
        DevicePlan plan = plan(json(1));
        final long port = plan.meters().get(0).port().toLong();
        reconciler.reconcile(plan);
        reconciler.reconcile(plan);
        assertEquals(List.of("submit " + port), meters.log);
        assertEquals(List.of("meter of GDOI at port " + port), missing(plan));

        meters.report();
        reconciler.reconcile(plan);
        assertEquals(List.of("submit " + port), meters.log);
        assertEquals(List.of(), missing(plan));
        Meter meter = meters.meters.get(PiMeterCellId.ofIndirect(METER, port));
        assertEquals(Meter.Unit.PKTS_PER_SEC, meter.unit());
        assertEquals(
                List.of("MARK_YELLOW 100 200", "MARK_RED 100 200"),
                meter.bands().stream()
                        .map(band -> band.type() + " " + band.rate() + " " + band.burst())
                        .collect(Collectors.toList()));
    }

    @Test
    void whatTheSwitchDoesNotReportIsAskedForAgainAfterAWhile() {
        DevicePlan plan = plan(json(1));
        reconciler.reconcile(plan);
        now += DeviceState.RETRY_NANOS + 1;
        reconciler.reconcile(plan);
        assertEquals(2, meters.log.size());
    }

    @Test
    void aMeterThatIsGoneIsAskedForAtOnce() {
        DevicePlan plan = plan(json(1));
        reconciler.reconcile(plan);
        meters.report();
        reconciler.reconcile(plan);
        meters.meters.clear();
        reconciler.reconcile(plan);
        assertEquals(2, meters.log.size());
    }

    @Test
    void aSwitchThatComesBackIsAskedAtOnce() {
        DevicePlan plan = plan(json(1));
        reconciler.reconcile(plan);
        reconciler.forget(SWITCH);
        reconciler.reconcile(plan);
        assertEquals(2, meters.log.size());
    }

    @Test
    void anotherRateTakesThePlaceOfTheFormer() {
        reconciler.reconcile(plan(json(1)));
        meters.report();
        ObjectNode json = json(1);
        ((ObjectNode) json.get("keyServer")).put("gdoiRate", 30);
        DevicePlan slower = plan(json);
        reconciler.reconcile(slower);
        assertEquals(2, meters.log.size());
        assertEquals(1, missing(slower).size());
        meters.report();
        reconciler.reconcile(slower);
        assertEquals(List.of(), missing(slower));
        assertTrue(
                meters.meters.values().iterator().next().bands().stream()
                        .allMatch(band -> band.rate() == 30 && band.burst() == 60));
    }

    @Test
    void theMeterGoesWithItsSiteAndThoseOfOthersStay() {
        DevicePlan two = plan(json(2));
        reconciler.reconcile(two);
        meters.put(OTHERS, SWITCH, PiMeterCellId.ofIndirect(METER, 400), List.of(LOOSE));
        meters.report();
        meters.log.clear();
        DevicePlan one = plan(json(1));
        reconciler.reconcile(one);
        reconciler.reconcile(one);
        long gone = two.meters().get(1).port().toLong();
        assertEquals(List.of("withdraw " + gone), meters.log);
        meters.report();
        assertEquals(2, meters.meters.size());
    }

    @Test
    void whereOnosTakesNoNumbersOfApplicationsTheSiteSaysSo() {
        meters.allocatesItself = true;
        DevicePlan plan = plan(json(1));
        reconciler.reconcile(plan);
        reconciler.reconcile(plan);
        assertTrue(missing(plan).get(0).contains("(Index cannot be provided)"));
        meters.allocatesItself = false;
        now += DeviceState.RETRY_NANOS + 1;
        reconciler.reconcile(plan);
        meters.report();
        assertEquals(List.of(), missing(plan));
    }

    @Test
    void anOpenFlowSwitchHasNone() {
        DevicePlan plan = plan(json(1), OPENFLOW);
        assertEquals(List.of(), plan.meters());
        reconciler.reconcile(plan);
        assertEquals(List.of(), meters.log);
    }

    private List<String> missing(DevicePlan plan) {
        return reconciler.missing(plan, plan.policy().sites().get(0).site());
    }

    /**
     * The first sites of two on a P4 switch.
     *
     * @param sites 1 or 2; the second is on an OpenFlow switch else
     */
    private static ObjectNode json(int sites) {
        ObjectNode json = Samples.twoSitesOnOneSwitch(SWITCH, "239.1.2.3");
        if (sites == 1) {
            ((ObjectNode) json.get("sites").get(1)).put("device", OPENFLOW.toString());
        }
        return json;
    }

    private static DevicePlan plan(ObjectNode json) {
        return plan(json, SWITCH);
    }

    private static DevicePlan plan(ObjectNode json, DeviceId device) {
        return new Planner(
                        OURS,
                        NetworkPolicy.of(Samples.read(json)),
                        List.of(),
                        List.of(),
                        new SwitchKindsDouble(),
                        Map.of())
                .plan(device);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.getvpn.app.config.Site;
import org.getvpn.app.p4.GdoiMeter;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.meter.Meter;
import org.onosproject.net.meter.MeterCellId;
import org.onosproject.net.meter.MeterService;
import org.onosproject.net.meter.MeterState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has ONOS hold the meters that P4 switches shall have. ONOS compares its meters with the switch's
 * and puts back what is gone there; this compares what shall be with ONOS's. Reconcile on one
 * thread, ask on any.
 */
final class MeterReconciler {
    private static final Logger log = LoggerFactory.getLogger(MeterReconciler.class);

    private final ApplicationId application;
    private final MeterService meters;
    private final LongSupplier clock;
    private final Map<DeviceId, Map<MeterCellId, Long>> tried = new HashMap<>();
    private final Map<DeviceId, String> refused = new ConcurrentHashMap<>();

    /**
     * @param application whose meters these are
     * @param clock monotonic nanoseconds
     */
    MeterReconciler(ApplicationId application, MeterService meters, LongSupplier clock) {
        this.application = application;
        this.meters = meters;
        this.clock = clock;
    }

    /** Asks for what is missing, withdraws what is not desired. */
    void reconcile(DevicePlan plan) {
        if (plan.meters().isEmpty()) {
            return;
        }
        DeviceId device = plan.policy().device();
        Map<MeterCellId, Meter> present = present(device);
        Map<MeterCellId, Long> attempts = tried.computeIfAbsent(device, d -> new HashMap<>());
        attempts.keySet()
                .retainAll(plan.meters().stream().map(GdoiMeter::cell).collect(Collectors.toSet()));
        Optional<String> refusal = Optional.empty();
        for (GdoiMeter wanted : plan.meters()) {
            Meter meter = present.remove(wanted.cell());
            boolean isKnown = meter != null && wanted.isLike(meter);
            if (isKnown && meter.state() == MeterState.ADDED) {
                attempts.remove(wanted.cell());
            } else if (isDue(attempts.get(wanted.cell())) || meter != null && !isKnown) {
                attempts.put(wanted.cell(), clock.getAsLong());
                refusal = refusal.or(() -> submit(wanted));
            } else {
                refusal = refusal.or(() -> Optional.ofNullable(refused.get(device)));
            }
        }
        tell(device, refusal);
        present.values().forEach(this::withdraw);
    }

    /** Forgets what was tried at a switch that went away. */
    void forget(DeviceId device) {
        tried.remove(device);
        refused.remove(device);
    }

    /** What of a site's meters is not on its switch, in words; empty if all are. */
    List<String> missing(DevicePlan plan, Site site) {
        if (plan.meters().isEmpty()) {
            return List.of();
        }
        Map<MeterCellId, Meter> present = present(site.device());
        return plan.meters().stream()
                .filter(wanted -> wanted.port().equals(site.memberPort()))
                .filter(wanted -> !isConfirmed(wanted, present.get(wanted.cell())))
                .map(
                        wanted ->
                                "meter of GDOI at port "
                                        + wanted.port()
                                        + Optional.ofNullable(refused.get(site.device()))
                                                .map(words -> ": " + words)
                                                .orElse(""))
                .collect(Collectors.toList());
    }

    private static boolean isConfirmed(GdoiMeter wanted, Meter meter) {
        return meter != null && meter.state() == MeterState.ADDED && wanted.isLike(meter);
    }

    private boolean isDue(Long attempt) {
        return attempt == null || clock.getAsLong() - attempt > DeviceState.RETRY_NANOS;
    }

    private Map<MeterCellId, Meter> present(DeviceId device) {
        return meters.getMeters(device).stream()
                .filter(meter -> application.equals(meter.appId()))
                .filter(meter -> meter.state() != MeterState.PENDING_REMOVE)
                .collect(Collectors.toMap(Meter::meterCellId, meter -> meter, (a, b) -> a));
    }

    /** Why ONOS does not take it, in words. */
    private Optional<String> submit(GdoiMeter wanted) {
        try {
            meters.submit(wanted.request(application));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(
                    "ONOS refuses it (" + e.getMessage() + "); docs/p4.md says what it needs");
        }
    }

    private void tell(DeviceId device, Optional<String> refusal) {
        String before =
                refusal.isPresent() ? refused.put(device, refusal.get()) : refused.remove(device);
        if (refusal.isPresent() && !refusal.get().equals(before)) {
            log.warn("device={} reason=meter-refused: {}", device, refusal.get());
        }
    }

    private void withdraw(Meter meter) {
        log.info("device={} withdrawing meter {}", meter.deviceId(), meter.meterCellId());
        meters.withdraw(GdoiMeter.removal(meter), meter.meterCellId());
    }
}

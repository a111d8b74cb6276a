// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.stores;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.meter.DefaultMeter;
import org.onosproject.net.meter.Meter;
import org.onosproject.net.meter.MeterCellId;
import org.onosproject.net.meter.MeterEvent;
import org.onosproject.net.meter.MeterFailReason;
import org.onosproject.net.meter.MeterFeatures;
import org.onosproject.net.meter.MeterId;
import org.onosproject.net.meter.MeterKey;
import org.onosproject.net.meter.MeterOperation;
import org.onosproject.net.meter.MeterScope;
import org.onosproject.net.meter.MeterState;
import org.onosproject.net.meter.MeterStore;
import org.onosproject.net.meter.MeterStoreDelegate;
import org.onosproject.net.meter.MeterStoreResult;
import org.onosproject.net.pi.runtime.PiMeterCellId;
import org.onosproject.store.AbstractStore;
import org.osgi.service.component.annotations.Component;

/**
 * Meters of this ONOS node. The store in onos-core-dist 2.4.0, the newest that a registry carries,
 * lacks methods that onos-core-net 2.5.6 calls, so this one outranks it.
 *
 * <p>Per node: in a cluster each node knows the meters that it was asked for.
 */
@Component(immediate = true, service = MeterStore.class, property = "service.ranking:Integer=100")
public class NodeMeterStore extends AbstractStore<MeterEvent, MeterStoreDelegate>
        implements MeterStore {
    private final Map<MeterKey, Meter> meters = new ConcurrentHashMap<>();
    private final Map<DeviceId, MeterNumbers> numbers = new ConcurrentHashMap<>();
    private final Map<DeviceId, Map<MeterScope, MeterFeatures>> features =
            new ConcurrentHashMap<>();
    private volatile boolean indicesAreGiven;

    private static MeterKey key(Meter meter) {
        return MeterKey.key(meter.deviceId(), meter.meterCellId());
    }

    /**
     * Takes up a meter, which the switch is asked for then.
     *
     * @throws IllegalArgumentException for a cell that the switch does not say it has; it may say
     *     so later
     */
    @Override
    public CompletableFuture<MeterStoreResult> addOrUpdateMeter(Meter meter) {
        if (meter.meterCellId() instanceof PiMeterCellId
                && !exists(meter.deviceId(), (PiMeterCellId) meter.meterCellId())) {
            throw new IllegalArgumentException(
                    meter.deviceId() + " does not say that it has " + meter.meterCellId());
        }
        meters.put(key(meter), meter);
        notifyDelegate(new MeterEvent(MeterEvent.Type.METER_ADD_REQ, meter));
        return CompletableFuture.completedFuture(MeterStoreResult.success());
    }

    @Override
    public CompletableFuture<MeterStoreResult> deleteMeter(Meter meter) {
        Meter known = meters.get(key(meter));
        if (known instanceof DefaultMeter) {
            // gone once the switch no longer reports it; until then nobody installs it again
            ((DefaultMeter) known).setState(MeterState.PENDING_REMOVE);
            notifyDelegate(new MeterEvent(MeterEvent.Type.METER_REM_REQ, known));
        }
        return CompletableFuture.completedFuture(MeterStoreResult.success());
    }

    @Override
    public MeterStoreResult storeMeterFeatures(MeterFeatures known) {
        features.computeIfAbsent(known.deviceId(), d -> new ConcurrentHashMap<>())
                .put(known.scope(), known);
        return MeterStoreResult.success();
    }

    @Override
    public MeterStoreResult storeMeterFeatures(Collection<MeterFeatures> known) {
        known.forEach(this::storeMeterFeatures);
        return MeterStoreResult.success();
    }

    @Override
    public MeterStoreResult deleteMeterFeatures(DeviceId device) {
        features.remove(device);
        return MeterStoreResult.success();
    }

    @Override
    public MeterStoreResult deleteMeterFeatures(Collection<MeterFeatures> gone) {
        gone.forEach(each -> of(each.deviceId()).remove(each.scope()));
        return MeterStoreResult.success();
    }

    private Map<MeterScope, MeterFeatures> of(DeviceId device) {
        return features.getOrDefault(device, new ConcurrentHashMap<>());
    }

    private boolean exists(DeviceId device, PiMeterCellId cell) {
        MeterFeatures meter = of(device).get(MeterScope.of(cell.meterId().id()));
        return meter != null
                && cell.index() >= meter.startIndex()
                && cell.index() <= meter.endIndex();
    }

    @Override
    public Meter updateMeterState(Meter reported) {
        Meter known = meters.get(key(reported));
        if (known instanceof DefaultMeter) {
            update((DefaultMeter) known, reported);
        }
        return known;
    }

    private void update(DefaultMeter meter, Meter reported) {
        boolean confirmed =
                meter.state() == MeterState.PENDING_ADD && reported.state() == MeterState.ADDED;
        if (confirmed) {
            meter.setState(MeterState.ADDED);
        }
        meter.setProcessedPackets(reported.packetsSeen());
        meter.setProcessedBytes(reported.bytesSeen());
        meter.setLife(reported.life());
        meter.setReferenceCount(reported.referenceCount());
        if (confirmed) {
            notifyDelegate(new MeterEvent(MeterEvent.Type.METER_ADDED, meter));
        }
    }

    @Override
    public Meter getMeter(MeterKey key) {
        return meters.get(key);
    }

    @Override
    public Collection<Meter> getAllMeters() {
        return List.copyOf(meters.values());
    }

    @Override
    public Collection<Meter> getAllMeters(DeviceId device) {
        return select(meter -> meter.deviceId().equals(device));
    }

    @Override
    public Collection<Meter> getAllMeters(DeviceId device, MeterScope scope) {
        return select(meter -> meter.deviceId().equals(device) && scope.equals(scope(meter)));
    }

    private static MeterScope scope(Meter meter) {
        return meter.meterCellId() instanceof PiMeterCellId
                ? MeterScope.of(((PiMeterCellId) meter.meterCellId()).meterId().id())
                : MeterScope.globalScope();
    }

    private List<Meter> select(Predicate<Meter> wanted) {
        return meters.values().stream().filter(wanted).collect(Collectors.toUnmodifiableList());
    }

    @Override
    public void failedMeter(MeterOperation operation, MeterFailReason reason) {
        // a meter that the switch refused does not exist
        meters.remove(MeterKey.key(operation.meter().deviceId(), operation.meter().meterCellId()));
    }

    @Override
    public void purgeMeter(Meter meter) {
        if (meters.remove(key(meter)) != null) {
            if (meter.meterCellId() instanceof MeterId) {
                freeMeterId(meter.deviceId(), (MeterId) meter.meterCellId());
            }
            notifyDelegate(new MeterEvent(MeterEvent.Type.METER_REMOVED, meter));
        }
    }

    @Override
    public MeterCellId allocateMeterId(DeviceId device, MeterScope scope) {
        if (!scope.isGlobal()) {
            return null; // cells of a P4 program mean something: who asks names one
        }
        return MeterId.meterId(numbers.computeIfAbsent(device, d -> new MeterNumbers()).take());
    }

    @Override
    public void freeMeterId(DeviceId device, MeterId id) {
        numbers.computeIfAbsent(device, d -> new MeterNumbers()).giveBack(id.id());
    }

    @Override
    public void purgeMeters(DeviceId device) {
        getAllMeters(device).forEach(this::purgeMeter);
    }

    @Override
    public void purgeMeters(DeviceId device, ApplicationId application) {
        select(m -> m.deviceId().equals(device) && application.equals(m.appId()))
                .forEach(this::purgeMeter);
    }

    /**
     * Whether applications name the cells of their meters, all of them; refused while there are
     * meters.
     */
    @Override
    public boolean userDefinedIndexMode(boolean enable) {
        if (meters.isEmpty()) {
            indicesAreGiven = enable;
        }
        return indicesAreGiven;
    }

    /** The meter numbers of one device: from 1, the lowest free one first. */
    private static final class MeterNumbers {
        private final NavigableSet<Long> returned = new TreeSet<>();
        private long highest;

        synchronized long take() {
            Long again = returned.pollFirst();
            return again == null ? ++highest : again;
        }

        synchronized void giveBack(long number) {
            if (number > 0 && number <= highest) {
                returned.add(number);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.getvpn.app.config.NetcfgSource;
import org.getvpn.app.config.Site;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.app.policy.SitePolicy;
import org.onosproject.mastership.MastershipService;
import org.onosproject.net.DeviceId;
import org.onosproject.net.device.DeviceEvent;
import org.onosproject.net.device.DeviceListener;
import org.onosproject.net.device.DeviceService;
import org.onosproject.net.flow.FlowRuleEvent;
import org.onosproject.net.flow.FlowRuleListener;
import org.onosproject.net.flow.FlowRuleService;
import org.onosproject.net.group.GroupListener;
import org.onosproject.net.group.GroupService;
import org.onosproject.net.host.HostListener;
import org.onosproject.net.host.HostService;
import org.onosproject.net.link.LinkEvent;
import org.onosproject.net.link.LinkListener;
import org.onosproject.net.link.LinkService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconciles every switch, whenever anything changed and every {@value #PERIOD_MILLIS} ms anyway.
 * One thread does it; events only wake it.
 */
@Component(immediate = true, service = Enforcement.class)
public class Enforcement {
    private static final Logger log = LoggerFactory.getLogger(Enforcement.class);

    /** Events within this time are one. */
    private static final long SETTLE_MILLIS = 30;

    private static final long PERIOD_MILLIS = 2000;

    @Reference protected NetcfgSource source;
    @Reference protected PolicyInForce inForce;
    @Reference protected DeviceService devices;
    @Reference protected MastershipService mastership;
    @Reference protected LinkService links;
    @Reference protected HostService hosts;
    @Reference protected FlowRuleService flows;
    @Reference protected GroupService groups;

    private final Map<DeviceId, DeviceReconciler> reconcilers = new ConcurrentHashMap<>();
    private final Map<DeviceId, Boolean> guarded = new ConcurrentHashMap<>();
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean due = new AtomicBoolean();
    private final EspVolume volume = new EspVolume();
    private final Runnable wake = this::wake;
    private final Discovery discovery = new Discovery(System::nanoTime);
    private final DeviceListener deviceListener = this::deviceChanged;
    private final LinkListener linkListener = this::linkChanged;
    private final HostListener hostListener = event -> wake();
    private final GroupListener groupListener = event -> wake();
    private final FlowRuleListener flowListener = this::flowChanged;
    private ScheduledExecutorService thread;

    /** Begins to reconcile. */
    @Activate
    protected void activate() {
        thread =
                Executors.newSingleThreadScheduledExecutor(
                        work -> new Thread(work, "getvpn-enforce"));
        inForce.addListener(wake);
        devices.addListener(deviceListener);
        links.addListener(linkListener);
        hosts.addListener(hostListener);
        groups.addListener(groupListener);
        flows.addListener(flowListener);
        thread.scheduleWithFixedDelay(this::pass, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Ends reconciling and leaves every rule where it is: sites stay guarded. */
    @Deactivate
    protected void deactivate() {
        flows.removeListener(flowListener);
        groups.removeListener(groupListener);
        hosts.removeListener(hostListener);
        links.removeListener(linkListener);
        devices.removeListener(deviceListener);
        inForce.removeListener(wake);
        thread.shutdownNow();
    }

    /** Reconciles soon. */
    public void wake() {
        if (due.compareAndSet(false, true)) {
            thread.schedule(this::pass, SETTLE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Calls {@code passed} after every pass over the switches, on the reconciling thread. */
    void addListener(Runnable passed) {
        listeners.add(passed);
    }

    /** Ends the calls to {@code passed}. */
    void removeListener(Runnable passed) {
        listeners.remove(passed);
    }

    /** Sites of a group whose switch did not confirm every guard yet. */
    List<String> unguarded(String group) {
        List<String> names = new ArrayList<>();
        for (SitePolicy policy : inForce.policy().map(NetworkPolicy::sites).orElse(List.of())) {
            Site site = policy.site();
            if (site.group().equals(group) && !guarded.getOrDefault(site.device(), false)) {
                names.add(site.name() + " (" + site.device() + ")");
            }
        }
        return names;
    }

    /** What members send as ESP, as their switches count it. */
    EspVolume volume() {
        return volume;
    }

    /** Every site, by read-back, in the order configured. */
    public List<SiteState> sites() {
        List<SiteState> states = new ArrayList<>();
        Optional<NetworkPolicy> policy = inForce.policy();
        if (policy.isEmpty()) {
            return states;
        }
        Planner planner = planner(policy.get());
        for (SitePolicy sitePolicy : policy.get().sites()) {
            Site site = sitePolicy.site();
            DevicePlan plan = planner.plan(site.device());
            states.add(
                    devices.isAvailable(site.device())
                            ? SiteReport.of(site, plan, compare(plan, site.device()))
                            : SiteReport.offline(site, plan));
        }
        return states;
    }

    private Comparison compare(DevicePlan plan, DeviceId device) {
        return new Comparison(plan, source.application().id(), flows.getFlowEntries(device));
    }

    private Planner planner(NetworkPolicy policy) {
        return new Planner(source.application(), policy, links.getActiveLinks(), hosts.getHosts());
    }

    private void deviceChanged(DeviceEvent event) {
        discovery.deviceChanged(event);
        wake();
    }

    private void linkChanged(LinkEvent event) {
        discovery.linkChanged(event);
        wake();
    }

    private void flowChanged(FlowRuleEvent event) {
        if (event.subject().appId() == source.application().id()) {
            wake();
        }
    }

    private void pass() {
        due.set(false);
        Optional<NetworkPolicy> policy = inForce.policy();
        if (policy.isEmpty()) {
            return;
        }
        try {
            Planner planner = planner(policy.get());
            for (DeviceId device : planner.devices()) {
                reconcile(planner, device);
            }
        } catch (RuntimeException e) {
            // A periodic task that throws is never run again; the next pass starts afresh.
            log.error("reason=reconcile-failed: trying again", e);
        }
        listeners.forEach(Runnable::run);
    }

    private void reconcile(Planner planner, DeviceId device) {
        if (!devices.isAvailable(device)) {
            reconcilers.remove(device); // what was acknowledged may be gone when it comes back
            guarded.put(device, false);
            return;
        }
        if (!mastership.isLocalMaster(device)) {
            return;
        }
        DeviceReconciler reconciler =
                reconcilers.computeIfAbsent(
                        device,
                        d ->
                                new DeviceReconciler(
                                        d,
                                        source.application(),
                                        flows,
                                        groups,
                                        System::nanoTime,
                                        discovery));
        Comparison comparison = reconciler.reconcile(planner.plan(device));
        guarded.put(device, reconciler.isGuarded(comparison));
        volume.observe(comparison.confirmed());
    }
}

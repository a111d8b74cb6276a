// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.getvpn.app.config.NetcfgSource;
import org.getvpn.app.config.Site;
import org.getvpn.app.config.VpnConfiguration;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.Migration;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.app.policy.SitePolicy;
import org.onosproject.mastership.MastershipService;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DeviceId;
import org.onosproject.net.Port;
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
import org.onosproject.net.meter.MeterService;
import org.onosproject.net.pi.service.PiPipeconfService;
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

    /** The same while a group turns from clear text to encryption or back. */
    private static final long MOVING_MILLIS = 400;

    @Reference protected NetcfgSource source;
    @Reference protected PolicyInForce inForce;
    @Reference protected DeviceService devices;
    @Reference protected MastershipService mastership;
    @Reference protected LinkService links;
    @Reference protected HostService hosts;
    @Reference protected FlowRuleService flows;
    @Reference protected GroupService groups;
    @Reference protected MeterService meters;
    @Reference protected PiPipeconfService pipeconfs;

    private final Map<DeviceId, DeviceReconciler> reconcilers = new ConcurrentHashMap<>();
    private final Map<DeviceId, Boolean> guarded = new ConcurrentHashMap<>();
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean due = new AtomicBoolean();
    private final AtomicBoolean moving = new AtomicBoolean();
    private final EspVolume volume = new EspVolume();
    private final Migrations migrations = new Migrations(Clock.systemUTC());
    private final MigrationSteps steps = new MigrationSteps(Clock.systemUTC());
    private final AnnouncedSpis spis = new AnnouncedSpis();
    private final Map<DeviceId, Set<PolicyRule>> announcing = new ConcurrentHashMap<>();
    private final Map<DeviceId, List<String>> refused = new ConcurrentHashMap<>();
    private final Runnable wake = this::wake;
    private final Discovery discovery = new Discovery(System::nanoTime);
    private final DeviceListener deviceListener = this::deviceChanged;
    private final LinkListener linkListener = this::linkChanged;
    private final HostListener hostListener = event -> wake();
    private final GroupListener groupListener = event -> wake();
    private final FlowRuleListener flowListener = this::flowChanged;
    private KnownLinks knownLinks;
    private MeterReconciler meterReconciler;
    private ScheduledExecutorService thread;

    /** Begins to reconcile. */
    @Activate
    protected void activate() {
        knownLinks = new KnownLinks(devices::isAvailable, this::isUp);
        meterReconciler = new MeterReconciler(source.application(), meters, System::nanoTime);
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

    /** Has the edges of {@code group} let {@code spi} through, until {@link #answered}. */
    void announce(String group, int spi) {
        spis.ask(group, spi);
        wake();
    }

    /** From here on the key server's list of live keys decides about {@code spi}. */
    void answered(String group, int spi) {
        spis.answered(group, spi);
    }

    /**
     * Sites of a group that are not ready for an SPI, and why: a guard is not confirmed, or the
     * switch matches SPIs and this one was not read back.
     */
    List<String> unready(String group, int spi) {
        List<String> names = new ArrayList<>();
        for (SitePolicy policy : inForce.policy().map(NetworkPolicy::sites).orElse(List.of())) {
            Site site = policy.site();
            if (!site.group().equals(group)) {
                continue;
            }
            String name = site.name() + " (" + site.device() + ")";
            if (!guarded.getOrDefault(site.device(), false)) {
                names.add(name);
            } else if (policy.access() == MemberAccess.ADMITTED
                    && kinds().isP4(site.device())
                    && announcing.getOrDefault(site.device(), Set.of()).stream()
                            .noneMatch(
                                    rule ->
                                            rule.site().equals(site.name())
                                                    && rule.spi().equals(OptionalInt.of(spi)))) {
                names.add(name + " (SPI not read back)");
            }
        }
        return names;
    }

    /** What members send as ESP, as their switches count it. */
    EspVolume volume() {
        return volume;
    }

    /** How far the switches of each configured group are let on its way, by its name. */
    public Map<String, Migration> migrations() {
        return steps.inForce();
    }

    /** Every site, by read-back, in the order configured. */
    public List<SiteState> sites() {
        List<SiteState> states = new ArrayList<>();
        Optional<NetworkPolicy> policy = policyNow();
        if (policy.isEmpty()) {
            return states;
        }
        Planner planner = planner(policy.get());
        for (SitePolicy site : policy.get().sites()) {
            DeviceId device = site.site().device();
            List<String> problems = planner.problems(device);
            if (!problems.isEmpty()) {
                states.add(SiteReport.refused(site, problems));
                continue;
            }
            DevicePlan plan = planner.plan(device);
            states.add(
                    devices.isAvailable(device)
                            ? SiteReport.of(
                                    site,
                                    plan,
                                    compare(plan, device),
                                    meterReconciler.missing(plan, site.site()))
                            : SiteReport.offline(site, plan));
        }
        return states;
    }

    /** The policy in force, with its groups as far as they migrated. */
    private Optional<NetworkPolicy> policyNow() {
        return inForce.policy().map(policy -> policy.at(migrations()));
    }

    private Comparison compare(DevicePlan plan, DeviceId device) {
        return new Comparison(plan, source.application().id(), flows.getFlowEntries(device));
    }

    private Planner planner(NetworkPolicy policy) {
        inForce.keyServer()
                .ifPresent(
                        keyServer ->
                                policy.sites().stream()
                                        .map(site -> site.site().group())
                                        .distinct()
                                        .forEach(group -> spis.adopt(keyServer, group)));
        return new Planner(
                source.application(),
                policy,
                knownLinks.of(links.getActiveLinks(), edges(policy)),
                hosts.getHosts(),
                kinds(),
                spis.now());
    }

    private static Set<DeviceId> edges(NetworkPolicy policy) {
        return policy.sites().stream()
                .map(site -> site.site().device())
                .collect(Collectors.toSet());
    }

    private boolean isUp(ConnectPoint point) {
        Port port = devices.getPort(point);
        return port != null && port.isEnabled();
    }

    private SwitchKinds kinds() {
        return new SwitchKinds(pipeconfs);
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
        if (inForce.policy().isEmpty()) {
            return;
        }
        try {
            inForce.configuration().ifPresent(this::advanceMigrations);
            Optional<NetworkPolicy> policy = policyNow();
            Planner planner = planner(policy.orElseThrow());
            for (DeviceId device : planner.devices()) {
                reconcile(planner, device);
            }
        } catch (RuntimeException e) {
            // A periodic task that throws is never run again; the next pass starts afresh.
            log.error("reason=reconcile-failed: trying again", e);
        }
        inForce.configuration().ifPresent(this::followMigrations);
        listeners.forEach(Runnable::run);
    }

    private void advanceMigrations(VpnConfiguration configuration) {
        steps.advance(migrations.of(configuration, inForce.keyServer()), this::isSettled);
    }

    /** Whether every switch of a group's sites that answers has what it shall have. */
    private boolean isSettled(String group) {
        Planner planner = planner(policyNow().orElseThrow());
        return inForce.policy().orElseThrow().sites().stream()
                .map(SitePolicy::site)
                .filter(site -> site.group().equals(group))
                .map(Site::device)
                .filter(device -> reconcilers.containsKey(device) && devices.isAvailable(device))
                .allMatch(
                        device ->
                                reconcilers
                                        .get(device)
                                        .isInstalled(compare(planner.plan(device), device)));
    }

    private void followMigrations(VpnConfiguration configuration) {
        Map<String, Migration> states = migrations();
        migrations.tell(configuration, states);
        boolean turning = steps.isUnderWay() || migrations.areMoving(configuration, states);
        if (turning && moving.compareAndSet(false, true)) {
            thread.schedule(this::passAgain, MOVING_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void passAgain() {
        moving.set(false);
        pass();
    }

    private void reconcile(Planner planner, DeviceId device) {
        if (!devices.isAvailable(device)) {
            reconcilers.remove(device); // what was acknowledged may be gone when it comes back
            guarded.put(device, false);
            announcing.remove(device);
            meterReconciler.forget(device);
            return;
        }
        if (!mastership.isLocalMaster(device)) {
            return;
        }
        List<String> problems = planner.problems(device);
        if (!problems.equals(refused.put(device, problems)) && !problems.isEmpty()) {
            log.error("device={} reason=switch-refused: {}", device, String.join("; ", problems));
        }
        if (!problems.isEmpty()) {
            guarded.put(device, false);
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
        DevicePlan plan = planner.plan(device);
        Comparison comparison = reconciler.reconcile(plan);
        meterReconciler.reconcile(plan);
        guarded.put(device, reconciler.isGuarded(comparison));
        announcing.put(
                device,
                comparison.confirmed().keySet().stream()
                        .filter(rule -> rule.spi().isPresent())
                        .collect(Collectors.toUnmodifiableSet()));
        volume.observe(comparison.confirmed());
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.onlab.util.SafeRecurringTask;
import org.onlab.util.Tools;
import org.onosproject.cluster.ClusterService;
import org.onosproject.mastership.MastershipService;
import org.onosproject.net.Device;
import org.onosproject.net.DeviceId;
import org.onosproject.net.MastershipRole;
import org.onosproject.net.PortNumber;
import org.onosproject.net.config.NetworkConfigEvent;
import org.onosproject.net.config.NetworkConfigListener;
import org.onosproject.net.config.NetworkConfigService;
import org.onosproject.net.config.basics.BasicDeviceConfig;
import org.onosproject.net.config.basics.PortDescriptionsConfig;
import org.onosproject.net.device.DefaultDeviceDescription;
import org.onosproject.net.device.DeviceAgentEvent;
import org.onosproject.net.device.DeviceAgentListener;
import org.onosproject.net.device.DeviceDescription;
import org.onosproject.net.device.DeviceDescriptionDiscovery;
import org.onosproject.net.device.DeviceHandshaker;
import org.onosproject.net.device.DeviceProvider;
import org.onosproject.net.device.DeviceProviderRegistry;
import org.onosproject.net.device.DeviceProviderService;
import org.onosproject.net.device.DeviceService;
import org.onosproject.net.driver.DriverService;
import org.onosproject.net.pi.model.PiPipeconfId;
import org.onosproject.net.pi.service.PiPipeconfService;
import org.onosproject.net.pi.service.PiPipeconfWatchdogEvent;
import org.onosproject.net.pi.service.PiPipeconfWatchdogListener;
import org.onosproject.net.pi.service.PiPipeconfWatchdogService;
import org.onosproject.net.provider.AbstractProvider;
import org.onosproject.net.provider.ProviderId;
import org.onosproject.p4runtime.api.P4RuntimeController;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells ONOS of the switches that netcfg names with a {@code grpc:} management address, a driver
 * and a pipeconf. A switch is available when its pipeline runs and this controller is primary, or a
 * backup of the one that is.
 *
 * <p>Everything happens on one thread, every {@value #PERIOD_SECONDS} s and when something changed;
 * what could not be done yet (pipeconf not registered, switch not there) is done in a later round.
 */
@Component(immediate = true)
public class P4RuntimeDevices extends AbstractProvider implements DeviceProvider {
    /** Under ONOS's own scheme of devices that are configured by address. */
    static final ProviderId PROVIDER =
            new ProviderId("device", "org.onosproject.provider.general.device");

    private static final Logger log = LoggerFactory.getLogger(P4RuntimeDevices.class);
    private static final long PERIOD_SECONDS = 2;

    @Reference protected DeviceProviderRegistry registry;
    @Reference protected DeviceService devices;
    @Reference protected NetworkConfigService netcfg;
    @Reference protected DriverService drivers;
    @Reference protected PiPipeconfService pipeconfs;
    @Reference protected PiPipeconfWatchdogService watchdog;
    @Reference protected MastershipService mastership;
    @Reference protected ClusterService cluster;

    /** What the drivers speak to switches by; it is to be there until this component ended. */
    @Reference protected P4RuntimeController controller;

    private final Set<DeviceId> connected = ConcurrentHashMap.newKeySet();
    private final NetworkConfigListener netcfgListener = this::configured;
    private final PiPipeconfWatchdogListener pipelineListener = this::pipelineChanged;
    private final DeviceAgentListener agent = this::switchChanged;

    private DeviceProviderService service;
    private ScheduledExecutorService thread;

    /** Made by the component runtime. */
    public P4RuntimeDevices() {
        super(PROVIDER);
    }

    @Activate
    protected void activate() {
        thread =
                Executors.newSingleThreadScheduledExecutor(
                        Tools.groupedThreads("getvpn/p4runtime", "devices", log));
        service = registry.register(this);
        netcfg.addListener(netcfgListener);
        watchdog.addListener(pipelineListener);
        thread.scheduleWithFixedDelay(
                SafeRecurringTask.wrap(this::round), 0, PERIOD_SECONDS, TimeUnit.SECONDS);
        log.info("Started");
    }

    @Deactivate
    protected void deactivate() {
        watchdog.removeListener(pipelineListener);
        netcfg.removeListener(netcfgListener);
        thread.shutdownNow();
        connected.forEach(this::disconnect);
        registry.unregister(this);
        log.info("Stopped");
    }

    @Override
    public void triggerProbe(DeviceId device) {
        soon(() -> look(device));
    }

    @Override
    public void roleChanged(DeviceId device, MastershipRole role) {
        soon(
                () -> {
                    if (role == MastershipRole.NONE) {
                        handshaker(device).ifPresent(h -> h.roleChanged(role));
                    } else {
                        applyRole(device, role);
                    }
                });
    }

    @Override
    public boolean isReachable(DeviceId device) {
        return handshaker(device).map(DeviceHandshaker::isReachable).orElse(false);
    }

    @Override
    public boolean isAvailable(DeviceId device) {
        return handshaker(device).map(DeviceHandshaker::isAvailable).orElse(false);
    }

    @Override
    public void changePortState(DeviceId device, PortNumber port, boolean enable) {
        log.warn("device={} port={}: P4Runtime cannot switch ports on or off", device, port);
    }

    @Override
    public void triggerDisconnect(DeviceId device) {
        soon(() -> disconnect(device));
    }

    private void soon(Runnable work) {
        if (!thread.isShutdown()) {
            thread.execute(SafeRecurringTask.wrap(work));
        }
    }

    private void configured(NetworkConfigEvent event) {
        if (event.configClass() == BasicDeviceConfig.class
                || event.configClass() == PortDescriptionsConfig.class) {
            soon(
                    () -> {
                        DeviceId device = (DeviceId) event.subject();
                        if (event.configClass() == BasicDeviceConfig.class
                                && event.type() == NetworkConfigEvent.Type.CONFIG_REMOVED) {
                            disconnect(device);
                        } else {
                            connect(device);
                            if (devices.isAvailable(device)) {
                                announce(device);
                            }
                        }
                    });
        }
    }

    private void switchChanged(DeviceAgentEvent event) {
        soon(() -> switchChanged(event.subject(), event.type()));
    }

    private void switchChanged(DeviceId device, DeviceAgentEvent.Type what) {
        switch (what) {
            case CHANNEL_OPEN:
                introduce(device, false);
                askForRole(device);
                break;
            case ROLE_MASTER:
                service.receivedRoleReply(device, MastershipRole.MASTER);
                watchdog.triggerProbe(device);
                break;
            case ROLE_STANDBY:
                service.receivedRoleReply(device, MastershipRole.STANDBY);
                look(device);
                break;
            case CHANNEL_CLOSED:
            case CHANNEL_ERROR:
            case ROLE_NONE:
                if (devices.getDevice(device) != null) {
                    service.deviceDisconnected(device);
                }
                break;
            default:
                break;
        }
    }

    private void pipelineChanged(PiPipeconfWatchdogEvent event) {
        soon(() -> look(event.subject()));
    }

    private void round() {
        netcfg.getSubjects(DeviceId.class, BasicDeviceConfig.class).forEach(this::connect);
        connected.forEach(this::look);
    }

    /** Brings what ONOS believes of a switch in line with what its client says. */
    private void look(DeviceId device) {
        if (!connected.contains(device)) {
            return;
        }
        boolean isUnknown = devices.getDevice(device) == null;
        if (isReachable(device) && (isUnknown || !hasRole(device))) {
            log.info("device={} asks for its role again", device);
            if (isUnknown) {
                introduce(device, false);
            }
            askForRole(device);
        }
        boolean available = isAvailable(device);
        if (available && !devices.isAvailable(device)) {
            announce(device);
        } else if (!available && isReachable(device)) {
            watchdog.triggerProbe(device);
        }
    }

    /** Whether the switch answered what role this controller has; not where ONOS failed to ask. */
    private boolean hasRole(DeviceId device) {
        return handshaker(device).map(each -> each.getRole() != MastershipRole.NONE).orElse(false);
    }

    private void connect(DeviceId device) {
        BasicDeviceConfig config = netcfg.getConfig(device, BasicDeviceConfig.class);
        if (config == null
                || config.managementAddress() == null
                || !config.managementAddress().startsWith("grpc:")
                || connected.contains(device)
                || !isBound(device, config)) {
            return;
        }
        Optional<DeviceHandshaker> handshaker = handshaker(device);
        if (handshaker.isPresent() && connected.add(device)) {
            handshaker.get().addDeviceAgentListener(PROVIDER, agent);
            try {
                handshaker.get().connect();
                log.info("device={} connecting to {}", device, config.managementAddress());
            } catch (IllegalStateException | IllegalArgumentException e) {
                connected.remove(device);
                log.warn("device={} reason=no-connection: {}", device, e.getMessage());
            }
        }
    }

    /** Ties the pipeconf's behaviours to the device; done once its driver and pipeconf are here. */
    private boolean isBound(DeviceId device, BasicDeviceConfig config) {
        if (config.driver() == null || config.pipeconf() == null || config.pipeconf().isEmpty()) {
            return false;
        }
        PiPipeconfId pipeconf = new PiPipeconfId(config.pipeconf());
        if (pipeconfs.getPipeconf(pipeconf).isEmpty()) {
            return false; // its application may come later
        }
        pipeconfs.bindToDevice(pipeconf, device);
        // ONOS looks the merged driver up by the binding. Netcfg keeps the plain name: a merged
        // one, kept
        // over a restart, makes ONOS's pipeconf service fail to start.
        return pipeconfs.getMergedDriver(device, pipeconf) != null;
    }

    private void disconnect(DeviceId device) {
        if (connected.remove(device)) {
            handshaker(device)
                    .ifPresent(
                            h -> {
                                h.removeDeviceAgentListener(PROVIDER);
                                h.disconnect();
                            });
            if (devices.getDevice(device) != null) {
                service.deviceDisconnected(device);
            }
            log.info("device={} disconnected", device);
        }
    }

    private void announce(DeviceId device) {
        introduce(device, true);
        PortDescriptionsConfig ports = netcfg.getConfig(device, PortDescriptionsConfig.class);
        service.updatePorts(device, ports == null ? List.of() : ports.portDescriptions());
    }

    private void introduce(DeviceId device, boolean available) {
        DeviceDescription facts =
                drivers.createHandler(device)
                        .behaviour(DeviceDescriptionDiscovery.class)
                        .discoverDeviceDetails();
        service.deviceConnected(
                device, new DefaultDeviceDescription(facts, available, facts.annotations()));
    }

    private void askForRole(DeviceId device) {
        applyRole(device, mastership.requestRoleForSync(device));
    }

    private void applyRole(DeviceId device, MastershipRole role) {
        int preference =
                role == MastershipRole.MASTER
                        ? 0
                        : mastership
                                        .getMastershipFor(device)
                                        .backups()
                                        .indexOf(cluster.getLocalNode().id())
                                + 1;
        long term = Math.max(1, mastership.getMastershipFor(device).term());
        handshaker(device).ifPresent(h -> h.roleChanged(preference, term));
    }

    private Optional<DeviceHandshaker> handshaker(DeviceId device) {
        Device known = devices.getDevice(device);
        if (known != null && !known.is(DeviceHandshaker.class)) {
            return Optional.empty();
        }
        return Optional.ofNullable(drivers.createHandler(device))
                .filter(handler -> handler.hasBehaviour(DeviceHandshaker.class))
                .map(handler -> handler.behaviour(DeviceHandshaker.class));
    }
}

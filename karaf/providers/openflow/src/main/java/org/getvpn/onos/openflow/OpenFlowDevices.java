// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.onlab.packet.ChassisId;
import org.onlab.util.SafeRecurringTask;
import org.onlab.util.Tools;
import org.onosproject.net.AnnotationKeys;
import org.onosproject.net.DefaultAnnotations;
import org.onosproject.net.DeviceId;
import org.onosproject.net.MastershipRole;
import org.onosproject.net.PortNumber;
import org.onosproject.net.device.DefaultDeviceDescription;
import org.onosproject.net.device.DeviceProvider;
import org.onosproject.net.device.DeviceProviderRegistry;
import org.onosproject.net.device.DeviceProviderService;
import org.onosproject.net.device.PortStatistics;
import org.onosproject.net.provider.AbstractProvider;
import org.onosproject.openflow.controller.Dpid;
import org.onosproject.openflow.controller.OpenFlowController;
import org.onosproject.openflow.controller.OpenFlowEventListener;
import org.onosproject.openflow.controller.OpenFlowSwitch;
import org.onosproject.openflow.controller.OpenFlowSwitchListener;
import org.onosproject.openflow.controller.RoleState;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFPortConfig;
import org.projectfloodlight.openflow.protocol.OFPortDesc;
import org.projectfloodlight.openflow.protocol.OFPortReason;
import org.projectfloodlight.openflow.protocol.OFPortStatsReply;
import org.projectfloodlight.openflow.protocol.OFPortStatus;
import org.projectfloodlight.openflow.types.OFPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells ONOS of the switches and ports that its OpenFlow controller sees, and of their counters.
 */
@Component(immediate = true)
public class OpenFlowDevices extends AbstractProvider implements DeviceProvider {
    private static final long POLL_SECONDS = 5;

    private final Logger log = LoggerFactory.getLogger(getClass());

    @Reference protected DeviceProviderRegistry registry;
    @Reference protected OpenFlowController controller;

    private final Connections connections = new Connections();
    private final OpenFlowEventListener counters = this::statistics;

    private DeviceProviderService service;
    private ScheduledExecutorService clock;

    /** Made by the component runtime. */
    public OpenFlowDevices() {
        super(Switches.PROVIDER);
    }

    @Activate
    protected void activate() {
        service = registry.register(this);
        controller.addListener(connections);
        controller.addEventListener(counters);
        controller.getSwitches().forEach(sw -> connections.switchAdded(sw.getDpid()));
        clock =
                Executors.newSingleThreadScheduledExecutor(
                        Tools.groupedThreads("getvpn/openflow", "ports", log));
        clock.scheduleWithFixedDelay(
                SafeRecurringTask.wrap(this::poll), POLL_SECONDS, POLL_SECONDS, TimeUnit.SECONDS);
        log.info("Started");
    }

    @Deactivate
    protected void deactivate() {
        clock.shutdownNow();
        controller.removeEventListener(counters);
        controller.removeListener(connections);
        controller
                .getSwitches()
                .forEach(sw -> service.deviceDisconnected(Switches.device(sw.getDpid())));
        registry.unregister(this);
        log.info("Stopped");
    }

    @Override
    public void triggerProbe(DeviceId device) {
        // the controller's echo requests probe all the time
    }

    @Override
    public void roleChanged(DeviceId device, MastershipRole role) {
        controller.setRole(Switches.dpid(device), state(role));
    }

    @Override
    public boolean isReachable(DeviceId device) {
        return Switches.find(controller, device).filter(OpenFlowSwitch::isConnected).isPresent();
    }

    @Override
    public void triggerDisconnect(DeviceId device) {
        Switches.find(controller, device).ifPresent(OpenFlowSwitch::disconnectSwitch);
    }

    @Override
    public void changePortState(DeviceId device, PortNumber port, boolean enable) {
        OFPort number = MatchWriter.port(port);
        Switches.find(controller, device)
                .ifPresent(
                        sw ->
                                sw.getPorts().stream()
                                        .filter(p -> p.getPortNo().equals(number))
                                        .forEach(p -> setDown(sw, p, !enable)));
    }

    private static void setDown(OpenFlowSwitch sw, OFPortDesc port, boolean down) {
        sw.sendMsg(
                sw.factory()
                        .buildPortMod()
                        .setXid(Switches.nextXid())
                        .setPortNo(port.getPortNo())
                        .setHwAddr(port.getHwAddr())
                        .setConfig(down ? Set.of(OFPortConfig.PORT_DOWN) : Set.of())
                        .setMask(Set.of(OFPortConfig.PORT_DOWN))
                        .build());
    }

    private void poll() {
        for (OpenFlowSwitch sw : controller.getMasterSwitches()) {
            sw.sendMsg(
                    sw.factory()
                            .buildPortStatsRequest()
                            .setXid(Switches.nextXid())
                            .setPortNo(OFPort.ANY)
                            .build());
        }
    }

    private void statistics(Dpid dpid, OFMessage message) {
        if (message instanceof OFPortStatsReply) {
            DeviceId device = Switches.device(dpid);
            List<PortStatistics> all =
                    ((OFPortStatsReply) message)
                            .getEntries().stream()
                                    .map(entry -> PortFacts.counters(device, entry))
                                    .collect(Collectors.toList());
            service.updatePortStatistics(device, all);
        }
    }

    private static RoleState state(MastershipRole role) {
        switch (role) {
            case MASTER:
                return RoleState.MASTER;
            case STANDBY:
                return RoleState.EQUAL;
            default:
                return RoleState.SLAVE;
        }
    }

    private static MastershipRole role(RoleState state) {
        if (state == null) {
            return null;
        }
        switch (state) {
            case MASTER:
                return MastershipRole.MASTER;
            case EQUAL:
                return MastershipRole.STANDBY;
            default:
                return MastershipRole.NONE;
        }
    }

    /** What the controller says of switches. */
    private final class Connections implements OpenFlowSwitchListener {
        @Override
        public void switchAdded(Dpid dpid) {
            OpenFlowSwitch sw = controller.getSwitch(dpid);
            if (sw == null) {
                return;
            }
            DeviceId device = Switches.device(dpid);
            service.deviceConnected(
                    device,
                    new DefaultDeviceDescription(
                            device.uri(),
                            sw.deviceType(),
                            sw.manufacturerDescription(),
                            sw.hardwareDescription(),
                            sw.softwareDescription(),
                            sw.serialNumber(),
                            new ChassisId(dpid.value()),
                            DefaultAnnotations.builder()
                                    .set(
                                            AnnotationKeys.PROTOCOL,
                                            sw.factory().getVersion().toString())
                                    .set(AnnotationKeys.CHANNEL_ID, sw.channelId())
                                    .set(
                                            AnnotationKeys.DATAPATH_DESCRIPTION,
                                            sw.datapathDescription())
                                    .build()));
            ports(device, sw);
            if (controller.getSwitch(dpid) == null) {
                // it left while it was introduced, and the farewell came first
                switchRemoved(dpid);
            }
        }

        @Override
        public void switchRemoved(Dpid dpid) {
            service.deviceDisconnected(Switches.device(dpid));
        }

        @Override
        public void switchChanged(Dpid dpid) {
            OpenFlowSwitch sw = controller.getSwitch(dpid);
            if (sw != null) {
                ports(Switches.device(dpid), sw);
            }
        }

        private void ports(DeviceId device, OpenFlowSwitch sw) {
            service.updatePorts(
                    device,
                    sw.getPorts().stream()
                            .map(port -> PortFacts.description(port, false))
                            .collect(Collectors.toList()));
        }

        @Override
        public void portChanged(Dpid dpid, OFPortStatus status) {
            service.portStatusChanged(
                    Switches.device(dpid),
                    PortFacts.description(
                            status.getDesc(), status.getReason() == OFPortReason.DELETE));
        }

        @Override
        public void receivedRoleReply(Dpid dpid, RoleState requested, RoleState response) {
            service.receivedRoleReply(Switches.device(dpid), role(requested), role(response));
        }
    }
}

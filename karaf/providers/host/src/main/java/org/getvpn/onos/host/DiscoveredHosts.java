// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.host;

import java.util.List;
import org.onlab.packet.Ethernet;
import org.onlab.packet.ICMP6;
import org.onlab.packet.IPv6;
import org.onlab.packet.IpAddress;
import org.onlab.packet.MacAddress;
import org.onlab.packet.VlanId;
import org.onosproject.core.ApplicationId;
import org.onosproject.core.CoreService;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.Host;
import org.onosproject.net.HostId;
import org.onosproject.net.HostLocation;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.TrafficSelector;
import org.onosproject.net.host.DefaultHostDescription;
import org.onosproject.net.host.HostProvider;
import org.onosproject.net.host.HostProviderRegistry;
import org.onosproject.net.host.HostProviderService;
import org.onosproject.net.packet.PacketContext;
import org.onosproject.net.packet.PacketPriority;
import org.onosproject.net.packet.PacketProcessor;
import org.onosproject.net.packet.PacketService;
import org.onosproject.net.provider.AbstractProvider;
import org.onosproject.net.provider.ProviderId;
import org.onosproject.net.topology.TopologyService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Learns hosts from the ARP and IPv6 neighbour discovery that they send into edge ports. */
@Component(immediate = true)
public class DiscoveredHosts extends AbstractProvider implements HostProvider {
    private final Logger log = LoggerFactory.getLogger(getClass());

    @Reference protected CoreService core;
    @Reference protected HostProviderRegistry registry;
    @Reference protected PacketService packets;
    @Reference protected TopologyService topology;

    private final PacketProcessor processor = this::process;

    private ApplicationId application;
    private HostProviderService service;

    /** Made by the component runtime. */
    public DiscoveredHosts() {
        super(new ProviderId("host", "org.onosproject.provider.host"));
    }

    @Activate
    protected void activate() {
        application = core.registerApplication("org.onosproject.provider.host");
        service = registry.register(this);
        packets.addProcessor(processor, PacketProcessor.advisor(1));
        requests().forEach(s -> packets.requestPackets(s, PacketPriority.CONTROL, application));
        log.info("Started");
    }

    @Deactivate
    protected void deactivate() {
        requests().forEach(s -> packets.cancelPackets(s, PacketPriority.CONTROL, application));
        packets.removeProcessor(processor);
        registry.unregister(this);
        log.info("Stopped");
    }

    private static List<TrafficSelector> requests() {
        return List.of(
                DefaultTrafficSelector.builder().matchEthType(Ethernet.TYPE_ARP).build(),
                neighbour(ICMP6.NEIGHBOR_SOLICITATION),
                neighbour(ICMP6.NEIGHBOR_ADVERTISEMENT));
    }

    private static TrafficSelector neighbour(byte type) {
        return DefaultTrafficSelector.builder()
                .matchEthType(Ethernet.TYPE_IPV6)
                .matchIPProtocol(IPv6.PROTOCOL_ICMP6)
                .matchIcmpv6Type(type)
                .build();
    }

    @Override
    public void triggerProbe(Host host) {
        // hosts are learnt from what they say; nothing is asked
    }

    private void process(PacketContext context) {
        Ethernet frame = context.inPacket().parsed();
        if (frame == null) {
            return;
        }
        ConnectPoint at = context.inPacket().receivedFrom();
        ClaimedAddress.in(frame)
                .filter(a -> !topology.isInfrastructure(topology.currentTopology(), at))
                .ifPresent(address -> learn(frame, address, at));
    }

    private void learn(Ethernet frame, IpAddress address, ConnectPoint at) {
        MacAddress mac = frame.getSourceMAC();
        VlanId vlan = VlanId.vlanId(frame.getVlanID());
        HostLocation location = new HostLocation(at, System.currentTimeMillis());
        service.hostDetected(
                HostId.hostId(mac, vlan),
                address.isZero()
                        ? new DefaultHostDescription(mac, vlan, location)
                        : new DefaultHostDescription(mac, vlan, location, address),
                false);
    }
}

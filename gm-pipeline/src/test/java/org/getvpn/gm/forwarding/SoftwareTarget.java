// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.esp.JdkAead;
import org.getvpn.gm.io.Arrivals;
import org.getvpn.gm.io.InMemoryIo;
import org.getvpn.gm.p4.SwitchTables;
import org.getvpn.gm.p4runtime.P4RuntimeServer;
import org.getvpn.gm.p4runtime.PipelineInfo;
import org.getvpn.gm.p4runtime.SwitchController;
import org.getvpn.gm.p4runtime.SwitchService;
import org.getvpn.gm.pipeline.CryptoPort;
import org.getvpn.gm.pipeline.PipelineSettings;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;

/** The software switch on wires in memory. Its member is behind a port that no policy names. */
final class SoftwareTarget implements TargetSwitch {
    private static final int MEMBER = 9;
    private static final int MTU = 1500;

    private final List<InMemoryIo> wires = new ArrayList<>();
    private final PuntRing punts = new PuntRing();
    private final SoftwareSwitch forwarder;
    private final P4RuntimeServer server;
    private final SwitchController controller;

    /** Time stands still. */
    SoftwareTarget() throws IOException, InterruptedException {
        this(() -> 1);
    }

    /**
     * @param clock monotonic nanoseconds
     */
    SoftwareTarget(LongSupplier clock) throws IOException, InterruptedException {
        List<SwitchPort> ports = new ArrayList<>();
        for (int port = 1; port <= PORTS; port++) {
            wires.add(new InMemoryIo("port" + port, Fixture.OWN_MAC + port, MTU));
            ports.add(new SwitchPort(port, wires.get(port - 1)));
        }
        CryptoPort member =
                new CryptoPort(
                        new SaDatabase(new JdkAead(), SequenceWatch.NONE),
                        new PipelineSettings(0, 0),
                        MTU);
        InMemoryIo control = new InMemoryIo("control", Fixture.OWN_MAC, MTU);
        InsideMember inside = new InsideMember(MEMBER, member, control, 0x0aff_fffe);
        PipelineInfo info = PipelineInfo.load();
        SwitchTables tables = new SwitchTables(info.tables(), info.meters());
        forwarder = new SoftwareSwitch(ports, inside, Arrivals.EVERYWHERE, tables, punts, clock);
        List<SwitchPort> all = Stream.concat(ports.stream(), Stream.of(inside.port())).toList();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        server =
                new P4RuntimeServer(
                        new InetSocketAddress(loopback, 0),
                        new SwitchService(DEVICE, info, tables, new PacketOutPorts(all)));
        server.start();
        controller =
                new SwitchController(new InetSocketAddress(loopback, server.port()), DEVICE, 1);
        controller.arbitrate();
        controller.setPipeline();
    }

    @Override
    public SwitchController controller() {
        return controller;
    }

    @Override
    public Passage pass(List<Arrival> arrivals) throws InterruptedException {
        List<List<String>> copies = new ArrayList<>();
        List<String> punted = new ArrayList<>();
        for (Arrival arrival : arrivals) {
            wires.get(arrival.port() - 1).arrive(arrival.frame());
            forwarder.turn(0);
            copies.add(sent());
            punts.drain((port, frame) -> punted.add(TargetSwitch.at(port, frame)));
        }
        return new Passage(copies, punted);
    }

    private List<String> sent() throws InterruptedException {
        List<String> sent = new ArrayList<>();
        for (int port = 1; port <= PORTS; port++) {
            InMemoryIo wire = wires.get(port - 1);
            for (Optional<byte[]> next = wire.takeSent(0);
                    next.isPresent();
                    next = wire.takeSent(0)) {
                sent.add(TargetSwitch.at(port, next.get()));
            }
        }
        sent.sort(null);
        return sent;
    }

    /** The first defect that a packet met, or null. */
    RuntimeException firstDefect() {
        return forwarder.firstDefect();
    }

    @Override
    public void close() {
        controller.close();
        server.close();
        forwarder.close();
    }
}

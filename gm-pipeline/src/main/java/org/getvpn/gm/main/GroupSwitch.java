// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.main;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.getvpn.gm.config.Attachment;
import org.getvpn.gm.forwarding.InsideMember;
import org.getvpn.gm.forwarding.PacketOutPorts;
import org.getvpn.gm.forwarding.PuntRing;
import org.getvpn.gm.forwarding.SoftwareSwitch;
import org.getvpn.gm.forwarding.SwitchPort;
import org.getvpn.gm.io.PacketSocket;
import org.getvpn.gm.io.PollArrivals;
import org.getvpn.gm.io.ThreadScheduling;
import org.getvpn.gm.p4.SwitchTables;
import org.getvpn.gm.p4runtime.P4RuntimeServer;
import org.getvpn.gm.p4runtime.PipelineInfo;
import org.getvpn.gm.p4runtime.SwitchService;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.pipeline.CryptoPort;
import org.getvpn.gm.pipeline.DataPath;
import org.getvpn.gm.pipeline.PipelineSettings;
import org.getvpn.gm.pipeline.TrafficCounter;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.status.SwitchStatus;

/**
 * The member inside a P4 switch: ports, P4Runtime, ESP. One thread for all packets, one that brings
 * packets to the controller. Controllers and keys meet nowhere but at the member's port.
 */
final class GroupSwitch implements DataPath {
    private static final int WAIT_MILLIS = 100; // how soon a stop or a key change is noticed
    private static final long PUNT_NANOS = TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);

    private final Attachment.Switch attachment;
    private final PuntRing punts = new PuntRing();
    private final CryptoPort crypto;
    private final SoftwareSwitch forwarder;
    private final PacketOutPorts outlet;
    private final SwitchService service;
    private final P4RuntimeServer server;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /**
     * Opens the interfaces and the P4Runtime address. Nothing passes before {@link #start}.
     *
     * @param clock monotonic nanoseconds, of the clock that keys and the group's time are told in
     * @throws IOException with a sentence that says what to do
     */
    GroupSwitch(
            Attachment.Switch attachment,
            SaDatabase sas,
            PipelineSettings settings,
            LongSupplier clock)
            throws IOException {
        this.attachment = attachment;
        List<PacketSocket> sockets = new ArrayList<>();
        try {
            List<SwitchPort> ports = new ArrayList<>();
            int mtu = Integer.MAX_VALUE;
            for (Map.Entry<Integer, String> port : attachment.ports().entrySet()) {
                PacketSocket socket = new PacketSocket(port.getValue());
                sockets.add(socket);
                ports.add(new SwitchPort(port.getKey(), socket));
                mtu = Math.min(mtu, socket.mtu());
            }
            PacketSocket control = new PacketSocket(attachment.memberInterface());
            sockets.add(control);
            crypto = new CryptoPort(sas, settings, mtu);
            InsideMember inside =
                    new InsideMember(
                            attachment.memberPort(), crypto, control, settings.memberAddress());
            PipelineInfo info = PipelineInfo.load();
            SwitchTables tables = new SwitchTables(info.tables(), info.meters());
            forwarder =
                    new SoftwareSwitch(
                            ports, inside, new PollArrivals(sockets), tables, punts, clock);
            ports.add(inside.port());
            outlet = new PacketOutPorts(ports);
            service = new SwitchService(attachment.deviceId(), info, tables, outlet);
            server = new P4RuntimeServer(attachment.p4runtime(), service);
            server.start();
        } catch (IOException e) {
            sockets.forEach(PacketSocket::close);
            throw e;
        }
    }

    @Override
    public void start(Consumer<Throwable> failed) {
        start("packets-switch", this::forward, failed);
        start("packets-punted", this::punt, failed);
    }

    private void start(String name, Runnable part, Consumer<Throwable> failed) {
        threads.add(
                Thread.ofPlatform()
                        .name(name)
                        .uncaughtExceptionHandler((thread, why) -> failed.accept(why))
                        .start(part));
    }

    private void forward() {
        ThreadScheduling.shortSlice();
        while (!stopping) {
            forwarder.turn(WAIT_MILLIS);
        }
    }

    private void punt() {
        while (!stopping) {
            if (punts.drain(service::packetIn) == 0) {
                punts.await(PUNT_NANOS);
            }
        }
    }

    /** The state of the switch, for the status. */
    SwitchStatus status() {
        InetSocketAddress at = attachment.p4runtime();
        Map<Integer, String> ports = new TreeMap<>(attachment.ports());
        ports.put(attachment.memberPort(), "member, " + attachment.memberInterface());
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("framesSent", forwarder.framesSent());
        counters.put("packetsInLost", service.packetInLosses());
        counters.put("tableUpdates", service.tableUpdates());
        Map<String, Long> drops = new LinkedHashMap<>();
        forwarder.drops().forEach((reason, count) -> drops.put(reason.name(), count));
        return new SwitchStatus(
                at.getAddress().getHostAddress() + ":" + server.port(),
                attachment.deviceId(),
                service.hasPrimary(),
                ports,
                service.tableSizes(),
                counters,
                drops);
    }

    @Override
    public Map<DropReason, Long> drops() {
        return crypto.drops();
    }

    @Override
    public Map<TrafficCounter, Long> traffic() {
        return crypto.traffic();
    }

    /** Nothing: one thread does all. */
    @Override
    public List<Long> framesByWorker() {
        return List.of();
    }

    @Override
    public long receiveLosses() {
        return forwarder.receiveLosses();
    }

    @Override
    public Optional<RuntimeException> firstDefect() {
        return Optional.ofNullable(forwarder.firstDefect());
    }

    /** Controllers first, so that none writes to what is closed. */
    @Override
    public void close() {
        server.close();
        stopping = true;
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true; // it looks up every 100 ms: waited for to its end
                }
            }
        }
        outlet.close();
        forwarder.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.getvpn.gm.io.PacketIo;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SaSnapshot;

/**
 * The packet side of a group member: one thread per direction of reading, from {@link #start} to
 * {@link #close}. Everything it may do follows from the {@link SaDatabase}; with an empty one it
 * drops every packet.
 */
public final class Pipeline implements DataPath {
    private final List<PacketIo> interfaces;
    private final List<FrameLoop> loops = new ArrayList<>();
    private final List<Counters> counters = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Pipeline(PacketIo... interfaces) {
        this.interfaces = List.of(interfaces);
    }

    /**
     * On a switch's member port: what is not ESP comes from the site and is to be protected, ESP
     * comes from the WAN; both go back where they came from.
     *
     * @param port closed with the pipeline
     */
    public static Pipeline memberPort(
            PacketIo port, SaDatabase database, PipelineSettings settings) {
        return memberPort(port, database, settings, System::nanoTime);
    }

    /**
     * The same with another clock.
     *
     * @param clock monotonic nanoseconds, the clock that {@link org.getvpn.gm.sa.PacketTime} is set
     *     by; read by several threads
     */
    public static Pipeline memberPort(
            PacketIo port, SaDatabase database, PipelineSettings settings, LongSupplier clock) {
        Pipeline pipeline = new Pipeline(port);
        Framing framing = new Framing.MemberPort(port.macAddress());
        Counters counters = new Counters();
        Exit exit = Exit.single(port.newSink(), counters);
        Paths paths = new Paths(pathMtu(settings, port));
        OutboundPath outbound =
                new OutboundPath(
                        Attachment.MEMBER_PORT, framing, exit, exit, counters, settings, paths);
        InboundPath inbound = new InboundPath(framing, exit, counters, settings, paths);
        FrameLoop.Route route =
                new FrameLoop.Route() {
                    @Override
                    public void ip(
                            SaSnapshot sas,
                            MemorySegment frame,
                            long offset,
                            int protocol,
                            long now) {
                        if (protocol == Ipv4.ESP) {
                            inbound.processEsp(sas, frame, offset, now);
                        } else if (!inbound.takeReport(sas, frame, offset, now)) {
                            outbound.process(sas, frame, offset, now);
                        }
                    }

                    @Override
                    public void linkSignal(MemorySegment frame, long offset, int length) {
                        counters.count(TrafficCounter.FRAMES_FOR_KERNEL);
                    }

                    @Override
                    public boolean takesBroadcast() {
                        return false;
                    }
                };
        pipeline.add(
                new FrameLoop(port, database.reader(), route, counters, clock, exit), counters);
        return pipeline;
    }

    /**
     * Between a site and the WAN, invisible to both but for encryption: MAC addresses stay, ARP
     * passes, all other frames are protected, bypassed by policy, or dropped.
     *
     * @param site closed with the pipeline
     * @param wan closed with the pipeline
     */
    public static Pipeline gateway(
            PacketIo site, PacketIo wan, SaDatabase database, PipelineSettings settings) {
        return gateway(site, wan, database, settings, System::nanoTime);
    }

    /**
     * The same with another clock.
     *
     * @param clock monotonic nanoseconds, the clock that {@link org.getvpn.gm.sa.PacketTime} is set
     *     by; read by several threads
     */
    public static Pipeline gateway(
            PacketIo site,
            PacketIo wan,
            SaDatabase database,
            PipelineSettings settings,
            LongSupplier clock) {
        Pipeline pipeline = new Pipeline(site, wan);
        Framing framing = new Framing.Gateway();
        Paths paths = new Paths(pathMtu(settings, wan));

        Counters outCounters = new Counters();
        Exit toWan = Exit.single(wan.newSink(), outCounters);
        Exit backToSite = Exit.single(site.newSink(), outCounters);
        OutboundPath outbound =
                new OutboundPath(
                        Attachment.GATEWAY,
                        framing,
                        toWan,
                        backToSite,
                        outCounters,
                        settings,
                        paths);
        pipeline.add(
                new FrameLoop(
                        site,
                        database.reader(),
                        GatewayRoutes.fromSite(outbound, toWan, outCounters),
                        outCounters,
                        clock,
                        toWan,
                        backToSite),
                outCounters);

        Counters inCounters = new Counters();
        Exit toSite = Exit.coalescing(site.newSuperFrameSink(), inCounters);
        InboundPath inbound = new InboundPath(framing, toSite, inCounters, settings, paths);
        pipeline.add(
                new FrameLoop(
                        wan,
                        database.reader(),
                        GatewayRoutes.fromWan(inbound, toSite, inCounters),
                        inCounters,
                        clock,
                        toSite),
                inCounters);
        return pipeline;
    }

    /**
     * On an end host, which routes what is to be protected into a TUN interface: packets from there
     * leave as ESP by the WAN interface, and what comes as ESP is given back there.
     *
     * @param tun closed with the pipeline
     * @param wan closed with the pipeline
     * @param clock monotonic nanoseconds, the clock that {@link org.getvpn.gm.sa.PacketTime} is set
     *     by; read by several threads
     */
    public static Pipeline host(
            PacketIo tun,
            PacketIo wan,
            SaDatabase database,
            PipelineSettings settings,
            LongSupplier clock) {
        Pipeline pipeline = new Pipeline(tun, wan);
        Framing framing = new Framing.Gateway();
        Paths paths = new Paths(pathMtu(settings, wan));

        Counters outCounters = new Counters();
        Exit toWan = Exit.single(wan.newSink(), outCounters);
        Exit backToHost = Exit.single(tun.newSink(), outCounters);
        OutboundPath outbound =
                new OutboundPath(
                        Attachment.HOST, framing, toWan, backToHost, outCounters, settings, paths);
        FrameLoop.Route fromHost = HostRoutes.fromHost(outbound, outCounters);
        pipeline.add(
                new FrameLoop(
                        tun, database.reader(), fromHost, outCounters, clock, toWan, backToHost),
                outCounters);

        Counters inCounters = new Counters();
        Exit toHost = Exit.coalescing(tun.newSuperFrameSink(), inCounters);
        InboundPath inbound = new InboundPath(framing, toHost, inCounters, settings, paths);
        FrameLoop.Route fromWan = HostRoutes.fromWan(inbound, inCounters);
        pipeline.add(
                new FrameLoop(wan, database.reader(), fromWan, inCounters, clock, toHost),
                inCounters);
        return pipeline;
    }

    private static int pathMtu(PipelineSettings settings, PacketIo wan) {
        if (wan.mtu() < PipelineSettings.MIN_PATH_MTU) {
            throw new IllegalArgumentException(
                    "interface "
                            + wan.name()
                            + " has an MTU of "
                            + wan.mtu()
                            + " octets: ESP needs "
                            + PipelineSettings.MIN_PATH_MTU
                            + " or more");
        }
        return settings.pathMtu() == 0 ? wan.mtu() : Math.min(settings.pathMtu(), wan.mtu());
    }

    private void add(FrameLoop loop, Counters own) {
        loops.add(loop);
        counters.add(own);
    }

    /**
     * Begins to read.
     *
     * @param failed hears what ended a thread if it was not {@link #close}; nothing passes its way
     *     any more
     */
    @Override
    public void start(Consumer<Throwable> failed) {
        for (int i = 0; i < loops.size(); i++) {
            String name = "packets-" + interfaces.get(i).name();
            threads.add(
                    Thread.ofPlatform()
                            .name(name)
                            .uncaughtExceptionHandler((thread, why) -> failed.accept(why))
                            .start(loops.get(i)));
        }
    }

    /** One batch from each interface, without threads: for tests that measure. */
    void turn(int waitMillis) {
        for (int i = 0;
                i < loops.size();
                i++) { // an iterator would be counted by those who measure
            loops.get(i).turn(waitMillis);
        }
    }

    /** Packets dropped since the start, for every reason there is. */
    @Override
    public Map<DropReason, Long> drops() {
        Map<DropReason, Long> all = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            all.put(reason, counters.stream().mapToLong(each -> each.drops(reason)).sum());
        }
        return all;
    }

    /** What else happened since the start. */
    @Override
    public Map<TrafficCounter, Long> traffic() {
        Map<TrafficCounter, Long> all = new EnumMap<>(TrafficCounter.class);
        for (TrafficCounter counter : TrafficCounter.values()) {
            all.put(counter, counters.stream().mapToLong(each -> each.traffic(counter)).sum());
        }
        return all;
    }

    /** Frames that the interfaces lost because nobody read them in time. */
    @Override
    public long receiveLosses() {
        return interfaces.stream().mapToLong(PacketIo::receiveLosses).sum();
    }

    /** The first defect of this program behind a drop as INTERNAL_ERROR, for the log. */
    @Override
    public Optional<RuntimeException> firstDefect() {
        return loops.stream().map(FrameLoop::firstDefect).filter(Objects::nonNull).findFirst();
    }

    /** Ends the threads and closes the interfaces. */
    @Override
    public void close() {
        loops.forEach(FrameLoop::stop);
        boolean interrupted = false;
        for (Thread thread : threads) {
            interrupted |= joinedLate(thread);
        }
        loops.forEach(FrameLoop::release);
        interfaces.forEach(PacketIo::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the thread's end, whatever comes between; it looks up every 100 ms. */
    private static boolean joinedLate(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.getvpn.gm.io.PacketIo;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.sa.SaDatabase;

/**
 * The packet side of a group member: one thread per direction of reading, or several, from {@link
 * #start} to {@link #close}. Everything it may do follows from the {@link SaDatabase}; with an
 * empty one it drops every packet.
 *
 * <p>Of several threads each has its own share of the interface's frames, and sends by sinks of its
 * own. What keeps a flow in order is that all its frames are in one share: see {@link
 * org.getvpn.gm.io.PacketSocket#share}.
 */
public final class Pipeline implements DataPath {
    private final List<PacketIo> interfaces = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final int workers;

    /** One packet thread. */
    private record Reader(String name, int worker, FrameLoop loop, Counters counters) {}

    private Pipeline(int workers) {
        this.workers = workers;
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
        return memberPort(List.of(port), database, settings, clock);
    }

    /**
     * The same with a thread for each share of the interface's frames.
     *
     * @param port the shares, as many as the database has workers; closed with the pipeline
     * @param clock monotonic nanoseconds, the clock that {@link org.getvpn.gm.sa.PacketTime} is set
     *     by; read by several threads
     */
    public static Pipeline memberPort(
            List<? extends PacketIo> port,
            SaDatabase database,
            PipelineSettings settings,
            LongSupplier clock) {
        Pipeline pipeline = new Pipeline(checkedWorkers(port, database));
        Paths paths = new Paths(pathMtu(settings, port.getFirst()));
        for (int worker = 0; worker < port.size(); worker++) {
            PacketIo own = port.get(worker);
            Framing framing = new Framing.MemberPort(own.macAddress());
            Counters counters = new Counters();
            Exit exit = Exit.single(own.newSink(), counters);
            OutboundPath outbound =
                    new OutboundPath(
                            worker,
                            Attachment.MEMBER_PORT,
                            framing,
                            exit,
                            exit,
                            counters,
                            settings,
                            paths);
            InboundPath inbound = new InboundPath(worker, framing, exit, counters, settings, paths);
            FrameLoop.Route route = new MemberPortRoute(outbound, inbound, counters);
            pipeline.add(
                    worker,
                    own,
                    new FrameLoop(own, database.reader(), route, counters, clock, exit),
                    counters);
        }
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
        return gateway(List.of(site), List.of(wan), database, settings, clock);
    }

    /**
     * The same with two threads for each pair of shares of the interfaces' frames.
     *
     * @param site the shares, as many as the database has workers; closed with the pipeline
     * @param wan as many; closed with the pipeline
     * @param clock monotonic nanoseconds, the clock that {@link org.getvpn.gm.sa.PacketTime} is set
     *     by; read by several threads
     */
    public static Pipeline gateway(
            List<? extends PacketIo> site,
            List<? extends PacketIo> wan,
            SaDatabase database,
            PipelineSettings settings,
            LongSupplier clock) {
        Pipeline pipeline = new Pipeline(checkedWorkers(site, database));
        checkedWorkers(wan, database);
        Paths paths = new Paths(pathMtu(settings, wan.getFirst()));
        for (int worker = 0; worker < site.size(); worker++) {
            pipeline.addBetween(
                    Attachment.GATEWAY,
                    worker,
                    site.get(worker),
                    wan.get(worker),
                    database,
                    settings,
                    paths,
                    clock);
        }
        return pipeline;
    }

    private void addBetween(
            Attachment attachment,
            int worker,
            PacketIo site,
            PacketIo wan,
            SaDatabase database,
            PipelineSettings settings,
            Paths paths,
            LongSupplier clock) {
        Framing framing = new Framing.Gateway();
        Counters outCounters = new Counters();
        Exit toWan = Exit.single(wan.newSink(), outCounters);
        Exit backToSite = Exit.single(site.newSink(), outCounters);
        OutboundPath outbound =
                new OutboundPath(
                        worker,
                        attachment,
                        framing,
                        toWan,
                        backToSite,
                        outCounters,
                        settings,
                        paths);
        FrameLoop.Route fromSite =
                attachment == Attachment.HOST
                        ? HostRoutes.fromHost(outbound, outCounters)
                        : GatewayRoutes.fromSite(outbound, toWan, outCounters);
        add(
                worker,
                site,
                new FrameLoop(
                        site, database.reader(), fromSite, outCounters, clock, toWan, backToSite),
                outCounters);

        Counters inCounters = new Counters();
        Exit toSite = Exit.coalescing(site.newSuperFrameSink(), inCounters);
        InboundPath inbound = new InboundPath(worker, framing, toSite, inCounters, settings, paths);
        FrameLoop.Route fromWan =
                attachment == Attachment.HOST
                        ? HostRoutes.fromWan(inbound, inCounters)
                        : GatewayRoutes.fromWan(inbound, toSite, inCounters);
        add(
                worker,
                wan,
                new FrameLoop(wan, database.reader(), fromWan, inCounters, clock, toSite),
                inCounters);
    }

    private static int checkedWorkers(List<? extends PacketIo> shares, SaDatabase database) {
        if (shares.size() != database.workers()) {
            throw new IllegalArgumentException(
                    shares.size() + " shares of frames for " + database.workers() + " workers");
        }
        return shares.size();
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
        Pipeline pipeline = new Pipeline(checkedWorkers(List.of(wan), database));
        Paths paths = new Paths(pathMtu(settings, wan));
        pipeline.addBetween(Attachment.HOST, 0, tun, wan, database, settings, paths, clock);
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

    private void add(int worker, PacketIo from, FrameLoop loop, Counters own) {
        String name = "packets-" + from.name() + (workers == 1 ? "" : "-" + worker);
        interfaces.add(from);
        readers.add(new Reader(name, worker, loop, own));
    }

    /**
     * Begins to read.
     *
     * @param failed hears what ended a thread if it was not {@link #close}; nothing passes its way
     *     any more
     */
    @Override
    public void start(Consumer<Throwable> failed) {
        for (Reader reader : readers) {
            threads.add(
                    Thread.ofPlatform()
                            .name(reader.name())
                            .uncaughtExceptionHandler((thread, why) -> failed.accept(why))
                            .start(reader.loop()));
        }
    }

    /** One batch from each share of each interface, without threads: for tests that measure. */
    void turn(int waitMillis) {
        for (int i = 0;
                i < readers.size();
                i++) { // an iterator would be counted by those who measure
            readers.get(i).loop().turn(waitMillis);
        }
    }

    /** Packets dropped since the start, for every reason there is. */
    @Override
    public Map<DropReason, Long> drops() {
        Map<DropReason, Long> all = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            all.put(reason, sum(each -> each.counters().drops(reason)));
        }
        return all;
    }

    /** What else happened since the start. */
    @Override
    public Map<TrafficCounter, Long> traffic() {
        Map<TrafficCounter, Long> all = new EnumMap<>(TrafficCounter.class);
        for (TrafficCounter counter : TrafficCounter.values()) {
            all.put(counter, sum(each -> each.counters().traffic(counter)));
        }
        return all;
    }

    private long sum(ToLongFunction<Reader> part) {
        return readers.stream().mapToLong(part).sum();
    }

    @Override
    public List<Long> framesByWorker() {
        List<Long> frames = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            int worker = i;
            frames.add(
                    sum(
                            each ->
                                    each.worker() == worker
                                            ? each.counters().traffic(TrafficCounter.FRAMES_READ)
                                            : 0));
        }
        return frames;
    }

    /** Frames that the interfaces lost because nobody read them in time. */
    @Override
    public long receiveLosses() {
        return interfaces.stream().mapToLong(PacketIo::receiveLosses).sum();
    }

    /** The first defect of this program behind a drop as INTERNAL_ERROR, for the log. */
    @Override
    public Optional<RuntimeException> firstDefect() {
        return readers.stream()
                .map(each -> each.loop().firstDefect())
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** Ends the threads and closes the interfaces. */
    @Override
    public void close() {
        readers.forEach(each -> each.loop().stop());
        boolean interrupted = false;
        for (Thread thread : threads) {
            interrupted |= joinedLate(thread);
        }
        readers.forEach(each -> each.loop().release());
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

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.main;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gm.config.Attachment;
import org.getvpn.gm.config.InvalidConfiguration;
import org.getvpn.gm.config.MemberConfiguration;
import org.getvpn.gm.config.PhaseOneFiles;
import org.getvpn.gm.config.ReplayProtection;
import org.getvpn.gm.config.Scheduling;
import org.getvpn.gm.esp.AeadChoice;
import org.getvpn.gm.esp.AeadProvider;
import org.getvpn.gm.io.HostWan;
import org.getvpn.gm.io.IoChoice;
import org.getvpn.gm.io.PacketIo;
import org.getvpn.gm.io.PacketSocket;
import org.getvpn.gm.io.ThreadScheduling;
import org.getvpn.gm.io.TunInterface;
import org.getvpn.gm.io.XdpSocket;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.pipeline.DataPath;
import org.getvpn.gm.pipeline.Pipeline;
import org.getvpn.gm.pipeline.PipelineSettings;
import org.getvpn.gm.pipeline.TrafficCounter;
import org.getvpn.gm.registration.BootClock;
import org.getvpn.gm.registration.ControlLoop;
import org.getvpn.gm.registration.Membership;
import org.getvpn.gm.registration.MembershipSettings;
import org.getvpn.gm.registration.MembershipStatus;
import org.getvpn.gm.registration.SaDatabaseInstaller;
import org.getvpn.gm.sa.CounterReplay;
import org.getvpn.gm.sa.LocalBypass;
import org.getvpn.gm.sa.MemberMode;
import org.getvpn.gm.sa.ReplayCheck;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;
import org.getvpn.gm.sa.StrictReplay;
import org.getvpn.gm.status.MemberStatus;
import org.getvpn.gm.status.MetricsServer;
import org.getvpn.gm.status.StatusServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole group member in one process: packet threads, the control thread and the status socket.
 * The packet threads start first and drop everything until there are keys.
 */
final class GroupMember implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("org.getvpn.gm");
    private static final int SECONDS_OF_SILENCE = 10;

    private final AtomicBoolean numbersEnd = new AtomicBoolean();
    private final SaDatabase sas;
    private final BootClock clock = new BootClock();
    private final TimeRefusalLog refusals;
    private final LocalBypassLog bypasses;
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final JsonMapper mapper = new JsonMapper();
    private final String version;
    private final ControlLoop control;
    private final DataPath pipeline;
    private GroupSwitch groupSwitch; // null unless the member is a switch too
    private String io = IoChoice.MMSG.label();
    private final StatusServer status;
    private final MetricsServer metrics; // null if nobody wants them

    /**
     * Opens sockets; nothing runs yet.
     *
     * @throws IOException with a sentence that says what to do
     */
    GroupMember(MemberConfiguration configuration, String version) throws IOException {
        this.version = version;
        this.refusals = new TimeRefusalLog(configuration.group(), LOG::warn);
        this.bypasses = new LocalBypassLog(configuration.group(), LOG::warn);
        MemberMode mode = configuration.passive() ? MemberMode.PASSIVE : MemberMode.ACTIVE;
        sas =
                new SaDatabase(
                        crypto(configuration.crypto()),
                        new NumbersEnd(),
                        transform -> replayCheck(configuration.replay(), transform),
                        mode,
                        configuration.attachment().workers());
        MembershipSettings settings =
                new MembershipSettings(
                        configuration.group(),
                        configuration.local(),
                        configuration.keyServers(),
                        configuration.phaseOne().quirks(),
                        mode,
                        configuration.firstRetry(),
                        configuration.longestRetry());
        Membership membership =
                new Membership(
                        settings,
                        new ConfiguredPhaseOne(configuration),
                        new SaDatabaseInstaller(sas),
                        GroupMember::posixMicros,
                        new SecureRandom());
        warnOfWeakness(configuration);
        LOG.info("group={} stage=START crypto=\"{}\"", configuration.group(), sas.cryptoName());
        control = new ControlLoop(membership, settings, clock::now);
        pipeline = pipeline(configuration);
        LOG.info(
                "group={} stage=START io=\"{}\" workers={}",
                configuration.group(),
                io,
                sas.workers());
        status = new StatusServer(configuration.statusSocket(), this::json);
        metrics =
                configuration.metrics().isEmpty()
                        ? null
                        : new MetricsServer(configuration.metrics().get(), this::status);
    }

    private static ReplayCheck replayCheck(ReplayProtection protection, EspTransform transform) {
        return switch (protection) {
            case NONE -> ReplayCheck.NONE;
            case STRICT -> StrictReplay.of(transform);
            case COUNTER -> new CounterReplay();
        };
    }

    private static AeadProvider crypto(AeadChoice choice) throws IOException {
        try {
            return choice.provider();
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static long posixMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private static void warnOfWeakness(MemberConfiguration configuration) throws IOException {
        try {
            for (String warning : new PhaseOneFiles(configuration.phaseOne()).warnings()) {
                LOG.warn("group={} stage=START reason=\"{}\"", configuration.group(), warning);
            }
        } catch (InvalidConfiguration e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The packet path asks for another sender id before its numbers are used up. */
    private final class NumbersEnd implements SequenceWatch {
        @Override
        public void nearlySpent(Spi spi, SenderId sender) {
            numbersEnd.set(true);
        }

        @Override
        public void spent(Spi spi, SenderId sender) {
            numbersEnd.set(true);
        }
    }

    private DataPath pipeline(MemberConfiguration configuration) throws IOException {
        InetAddress own = configuration.local().address();
        int address = own instanceof Inet4Address ? ByteBuffer.wrap(own.getAddress()).getInt() : 0;
        PipelineSettings settings =
                new PipelineSettings(
                        address,
                        configuration.mtu(),
                        configuration.clampsMss(),
                        new LocalBypass(configuration.localBypass()));
        if (configuration.attachment() instanceof Attachment.Gateway gateway) {
            if (gateway.scheduling() == Scheduling.REALTIME) {
                goBeforeOthers();
            }
            List<PacketSocket> site =
                    PacketSocket.share(gateway.siteInterface(), gateway.workers());
            try {
                List<? extends PacketIo> wan =
                        gateway.io()
                                .open(gateway.wanInterface(), gateway.workers(), this::fellBack);
                io =
                        wan.getFirst() instanceof XdpSocket xdp
                                ? IoChoice.XDP.label() + ", " + xdp.mode()
                                : io;
                return Pipeline.gateway(site, wan, sas, settings, clock::nanos);
            } catch (IOException e) {
                site.forEach(PacketSocket::close);
                throw e;
            }
        }
        if (configuration.attachment() instanceof Attachment.Host host) {
            TunInterface tun = new TunInterface(host.tunInterface());
            try {
                HostWan wan = new HostWan(host.wanInterface());
                io = "tun";
                return Pipeline.host(tun, wan, sas, settings, clock::nanos);
            } catch (IOException e) {
                tun.close();
                throw e;
            }
        }
        if (configuration.attachment() instanceof Attachment.Switch attachment) {
            groupSwitch = new GroupSwitch(attachment, sas, settings, clock::nanos);
            return groupSwitch;
        }
        Attachment.MemberPort port = (Attachment.MemberPort) configuration.attachment();
        return Pipeline.memberPort(
                PacketSocket.share(port.interfaceName(), port.workers()),
                sas,
                settings,
                clock::nanos);
    }

    private static void goBeforeOthers() throws IOException {
        try {
            ThreadScheduling.realTime();
        } catch (IOException e) {
            throw new IOException(
                    "attachment.scheduling realtime cannot be had ("
                            + e.getMessage()
                            + "): give the process CAP_SYS_NICE, or say scheduling: normal",
                    e);
        }
    }

    private void fellBack(String why) {
        io += ", AF_XDP does not work here: " + why;
    }

    /**
     * Runs until a thread fails.
     *
     * @return what failed
     */
    Throwable run() throws InterruptedException {
        pipeline.start(failures::add);
        start("gm-control", control);
        start("gm-status", status);
        long turns = -1;
        int silence = 0;
        boolean defectIsLogged = false;
        while (true) {
            Throwable failure = failures.poll(1, TimeUnit.SECONDS);
            if (failure != null) {
                return failure;
            }
            silence = control.turns() == turns ? silence + 1 : 0;
            turns = control.turns();
            if (silence >= SECONDS_OF_SILENCE) {
                return new IllegalStateException(
                        "the control thread has not moved for " + silence + " seconds");
            }
            if (!defectIsLogged && pipeline.firstDefect().isPresent()) {
                defectIsLogged = true;
                LOG.error("reason=INTERNAL_ERROR", pipeline.firstDefect().get());
            }
            refusals.look(sas.timed(), clock.now());
            bypasses.look(pipeline.drops().get(DropReason.LOCAL_BYPASS_NOT_AT_SITE), clock.now());
            if (numbersEnd.getAndSet(false)) {
                control.renew("the numbers of the sender id near their end");
            }
        }
    }

    /** The state as one line of JSON. */
    String json() {
        try {
            return mapper.writeValueAsString(status()) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // strings and numbers alone
        }
    }

    private MemberStatus status() {
        MembershipStatus membership = control.status();
        Map<String, Long> counters = new LinkedHashMap<>(membership.counters());
        Map<TrafficCounter, Long> traffic = pipeline.traffic();
        counters.put("packetsEncrypted", traffic.get(TrafficCounter.ENCRYPTED_PACKETS));
        counters.put("octetsEncrypted", traffic.get(TrafficCounter.ENCRYPTED_OCTETS));
        counters.put("packetsDecrypted", traffic.get(TrafficCounter.DECRYPTED_PACKETS));
        counters.put("octetsDecrypted", traffic.get(TrafficCounter.DECRYPTED_OCTETS));
        counters.put("packetsBypassed", traffic.get(TrafficCounter.BYPASSED_PACKETS));
        counters.put(
                "packetsClearByReceiveOnly",
                traffic.get(TrafficCounter.RECEIVE_ONLY_CLEAR_PACKETS));
        counters.put("packetsFragmented", traffic.get(TrafficCounter.FRAGMENTED_PACKETS));
        counters.put("framesSegmented", traffic.get(TrafficCounter.SEGMENTED_FRAMES));
        counters.put("packetsCoalesced", traffic.get(TrafficCounter.COALESCED_PACKETS));
        counters.put("icmpTooBigSent", traffic.get(TrafficCounter.ICMP_TOO_BIG_SENT));
        counters.put("icmpTooBigReceived", traffic.get(TrafficCounter.ICMP_TOO_BIG_RECEIVED));
        counters.put("pathMtusLowered", traffic.get(TrafficCounter.PATH_MTU_LOWERED));
        counters.put("mssClamped", traffic.get(TrafficCounter.MSS_CLAMPED));
        counters.put("ipv6LinkFrames", traffic.get(TrafficCounter.IPV6_LINK_FRAMES));
        counters.put("framesLostUnread", pipeline.receiveLosses());
        Map<String, Long> drops = new LinkedHashMap<>();
        pipeline.drops().forEach((reason, count) -> drops.put(reason.name(), count));
        return new MemberStatus(
                version,
                membership.state().name(),
                membership.group(),
                membership.keyServer(),
                sas.cryptoName(),
                io,
                pipeline.framesByWorker(),
                membership.teks().stream()
                        .map(
                                tek ->
                                        new MemberStatus.TekStatus(
                                                tek.spi(),
                                                tek.stage().name(),
                                                tek.remainingSeconds()))
                        .toList(),
                membership.kekRemainingSeconds(),
                membership.senderIds(),
                membership.lastFailure(),
                membership.replay(),
                counters,
                drops,
                groupSwitch == null ? null : groupSwitch.status());
    }

    /** Ends: first nothing passes, then the keys go. */
    @Override
    public void close() throws IOException {
        pipeline.close();
        sas.removeAll();
        control.close();
        status.close();
        if (metrics != null) {
            metrics.close();
        }
    }

    private void start(String name, Runnable part) {
        Thread.ofPlatform()
                .daemon()
                .name(name)
                .start(
                        () -> {
                            try {
                                part.run();
                            } catch (RuntimeException | Error e) {
                                failures.add(e);
                            }
                        });
    }
}

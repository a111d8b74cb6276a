// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.main;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gm.config.Attachment;
import org.getvpn.gm.config.MemberConfiguration;
import org.getvpn.gm.config.PreSharedKeyFile;
import org.getvpn.gm.esp.JdkAesGcm;
import org.getvpn.gm.io.PacketSocket;
import org.getvpn.gm.pipeline.DropReason;
import org.getvpn.gm.pipeline.GatewayPipeline;
import org.getvpn.gm.pipeline.MemberPortPipeline;
import org.getvpn.gm.pipeline.PathCounters;
import org.getvpn.gm.pipeline.Pipeline;
import org.getvpn.gm.registration.BootClock;
import org.getvpn.gm.registration.ControlLoop;
import org.getvpn.gm.registration.Membership;
import org.getvpn.gm.registration.MembershipSettings;
import org.getvpn.gm.registration.MembershipStatus;
import org.getvpn.gm.registration.SaDatabaseInstaller;
import org.getvpn.gm.sa.OutboundSa;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.status.MemberStatus;
import org.getvpn.gm.status.StatusServer;

/**
 * A whole group member in one process: packet threads, the control thread and the status socket.
 * The packet threads start first and drop everything until there are keys.
 */
final class GroupMember implements AutoCloseable {
    private static final int SECONDS_OF_SILENCE = 10;
    private static final int RENEWAL_SHARE = 8;

    private final SaDatabase sas = new SaDatabase();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final JsonMapper mapper = new JsonMapper();
    private final String version;
    private final ControlLoop control;
    private final Pipeline pipeline;
    private final StatusServer status;

    /**
     * Opens sockets; nothing runs yet.
     *
     * @throws IOException with a sentence that says what to do
     */
    GroupMember(MemberConfiguration configuration, String version) throws IOException {
        this.version = version;
        MembershipSettings settings =
                new MembershipSettings(
                        configuration.group(),
                        configuration.local(),
                        configuration.keyServers(),
                        configuration.phaseOneProposals(),
                        configuration.firstRetry(),
                        configuration.longestRetry());
        Membership membership =
                new Membership(
                        settings,
                        keyServer -> {
                            PreSharedKeyFile keys =
                                    PreSharedKeyFile.read(configuration.preSharedKeysFile());
                            SecretBytes key =
                                    keys.of(keyServer)
                                            .map(SecretBytes::expose)
                                            .map(SecretBytes::wrap)
                                            .orElse(null);
                            keys.destroy();
                            if (key == null) {
                                throw new IOException(
                                        configuration.preSharedKeysFile()
                                                + " has no line for "
                                                + keyServer.getHostAddress());
                            }
                            return key;
                        },
                        new SaDatabaseInstaller(sas, JdkAesGcm::new),
                        new SecureRandom());
        BootClock clock = new BootClock();
        control = new ControlLoop(membership, settings, clock::now);
        pipeline = pipeline(configuration, sas, failures);
        status = new StatusServer(configuration.statusSocket(), this::json);
    }

    private static Pipeline pipeline(
            MemberConfiguration configuration, SaDatabase sas, BlockingQueue<Throwable> failures)
            throws IOException {
        if (configuration.attachment() instanceof Attachment.Gateway gateway) {
            GatewayPipeline.Link wan = link(gateway.wanInterface());
            int mtu = configuration.mtu() == 0 ? wan.receiver().mtu() : configuration.mtu();
            return new GatewayPipeline(link(gateway.siteInterface()), wan, sas, mtu, failures::add);
        }
        Attachment.MemberPort port = (Attachment.MemberPort) configuration.attachment();
        PacketSocket socket = new PacketSocket(port.interfaceName(), PacketSocket.Use.BOTH);
        int mtu = configuration.mtu() == 0 ? socket.mtu() : configuration.mtu();
        return new MemberPortPipeline(socket, sas, mtu, failures::add);
    }

    private static GatewayPipeline.Link link(String name) throws IOException {
        return new GatewayPipeline.Link(
                new PacketSocket(name, PacketSocket.Use.BOTH),
                new PacketSocket(name, PacketSocket.Use.SEND));
    }

    /**
     * Runs until a thread fails.
     *
     * @return what failed
     */
    Throwable run() throws InterruptedException {
        pipeline.start();
        start("gm-control", control);
        start("gm-status", status);
        long turns = -1;
        int silence = 0;
        OutboundSa renewedFor = null;
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
            OutboundSa sending = sas.snapshot().outbound();
            if (sending != null
                    && sending != renewedFor
                    && sending.remaining() < sending.limit() / RENEWAL_SHARE) {
                renewedFor = sending;
                control.renew("the IVs of the sender id near their end");
            }
        }
    }

    /** The state as one line of JSON. */
    String json() {
        MembershipStatus membership = control.status();
        Map<String, Long> counters = new LinkedHashMap<>(membership.counters());
        counters.put("packetsEncrypted", sum(pipeline.outbound(), PathCounters::packets));
        counters.put("octetsEncrypted", sum(pipeline.outbound(), PathCounters::octets));
        counters.put("packetsDecrypted", sum(pipeline.inbound(), PathCounters::packets));
        counters.put("octetsDecrypted", sum(pipeline.inbound(), PathCounters::octets));
        Map<String, Long> drops = new LinkedHashMap<>();
        for (DropReason reason : DropReason.values()) {
            drops.put(reason.name(), pipeline.drops(reason));
        }
        MemberStatus answer =
                new MemberStatus(
                        version,
                        membership.state().name(),
                        membership.group(),
                        membership.keyServer(),
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
                        counters,
                        drops);
        try {
            return mapper.writeValueAsString(answer) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // strings and numbers alone
        }
    }

    /** Ends: first nothing passes, then the keys go. */
    @Override
    public void close() throws IOException {
        pipeline.close();
        sas.clear();
        control.close();
        status.close();
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

    private static long sum(Iterable<PathCounters> paths, ToLongFunction<PathCounters> counter) {
        long sum = 0;
        for (PathCounters path : paths) {
            sum += counter.applyAsLong(path);
        }
        return sum;
    }
}

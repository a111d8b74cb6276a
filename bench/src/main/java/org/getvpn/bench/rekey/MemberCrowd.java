// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.rekey;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.Computation;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.Fact;
import org.getvpn.gdoi.exchange.GroupMemberEndpoint;
import org.getvpn.gdoi.exchange.Outcome;
import org.getvpn.gdoi.exchange.PhaseOneProposal;
import org.getvpn.gdoi.exchange.Registered;
import org.getvpn.gdoi.exchange.RegistrationFailed;
import org.getvpn.gdoi.exchange.RegistrationSettings;
import org.getvpn.gdoi.exchange.RekeyReceived;
import org.getvpn.gdoi.exchange.RekeyReceiver;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;

/**
 * Group members in one thread, each with an address, a socket and keys of its own: they register, a
 * few at once, and then take every rekey, with all the cryptography of a member.
 */
final class MemberCrowd implements AutoCloseable {
    private static final GroupId GROUP = GroupId.number(GroupFiles.ID);
    private static final int AT_ONCE = 32;
    private static final Duration LOOK_AROUND = Duration.ofMillis(50);
    private static final long PATIENCE_SECONDS = 600;

    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(9000);
    private final SecureRandom random;
    private final Endpoint keyServer;
    private final List<Member> members = new ArrayList<>();
    private final Deque<Member> waiting = new ArrayDeque<>();
    private final DatagramChannel group;
    private int registering;
    private int registered;
    private long failures;

    /**
     * @param port of the members and of the key server
     */
    MemberCrowd(List<InetAddress> addresses, int port, SecureRandom random) throws IOException {
        this.random = random;
        this.keyServer = new Endpoint(InetAddress.ofLiteral(GroupFiles.KEY_SERVER), port);
        for (InetAddress address : addresses) {
            members.add(new Member(new Endpoint(address, port)));
        }
        InetAddress multicast = InetAddress.ofLiteral(GroupFiles.MULTICAST);
        group = DatagramChannel.open(StandardProtocolFamily.INET);
        group.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        group.bind(new InetSocketAddress(multicast, port));
        group.join(multicast, NetworkInterface.getByInetAddress(keyServer.address()));
        group.configureBlocking(false);
        group.register(selector, SelectionKey.OP_READ);
    }

    /** Returns when all are registered. */
    void register() throws IOException {
        waiting.addAll(members);
        runUntil(() -> registered == members.size(), "registered");
        if (failures > 0) {
            System.err.println(failures + " registrations had to be tried again");
        }
    }

    /** How many have that TEK or KEK from a rekey, and none of its kind since. */
    long having(String spi) {
        return members.stream().filter(member -> member.has(spi)).count();
    }

    /** Goes on until {@code condition}, which is asked 20 times a second. */
    void runUntil(BooleanSupplier condition, String what) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        long look = System.nanoTime();
        while (true) {
            if (System.nanoTime() >= look) {
                if (condition.getAsBoolean()) {
                    return;
                }
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("not in time: " + what);
                }
                for (Member member : members) {
                    if (member.registration != null) {
                        member.carryOut(member.registration.tick(now()));
                    }
                }
                look = System.nanoTime() + LOOK_AROUND.toNanos();
            }
            while (registering < AT_ONCE && !waiting.isEmpty()) {
                registering++;
                waiting.remove().register();
            }
            selector.select(LOOK_AROUND.toMillis());
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.attachment() == null) {
                    receiveForAll();
                } else {
                    ((Member) key.attachment()).receive();
                }
            }
            selector.selectedKeys().clear();
        }
    }

    private void receiveForAll() throws IOException {
        for (byte[] octets = read(group); octets != null; octets = read(group)) {
            for (Member member : members) {
                member.take(octets);
            }
        }
    }

    /** Null if nothing waits. */
    private byte[] read(DatagramChannel channel) throws IOException {
        buffer.clear();
        if (channel.receive(buffer) == null) {
            return null;
        }
        byte[] octets = new byte[buffer.flip().remaining()];
        buffer.get(octets);
        return octets;
    }

    private static Ticks now() {
        return Ticks.ofNanos(System.nanoTime());
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.channel.close();
        }
        group.close();
        selector.close();
    }

    private final class Member {
        private final DatagramChannel channel;
        private final Endpoint local;
        private final RekeyReceiver rekeys = new RekeyReceiver(GROUP);
        private GroupMemberEndpoint registration;
        private String kek = "";
        private String teks = "";

        Member(Endpoint local) throws IOException {
            this.local = local;
            channel = DatagramChannel.open();
            channel.bind(new InetSocketAddress(local.address(), local.port()));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void register() throws IOException {
            registration =
                    new GroupMemberEndpoint(
                            new RegistrationSettings(
                                    GROUP,
                                    local,
                                    keyServer,
                                    SecretBytes.wrap(
                                            GroupFiles.SECRET.getBytes(StandardCharsets.UTF_8)),
                                    List.of(PhaseOneProposal.parse("aes256-sha256-ecp256")),
                                    1),
                            random);
            carryOut(registration.start(now()));
        }

        boolean has(String spi) {
            return kek.contains(spi) || teks.contains(spi);
        }

        void receive() throws IOException {
            for (byte[] octets = read(channel); octets != null; octets = read(channel)) {
                take(octets);
            }
        }

        void take(byte[] octets) throws IOException {
            Datagram in = new Datagram(local, keyServer, octets);
            if (rekeys.recognises(in)) {
                carryOut(rekeys.receive(in, now()));
            } else if (registration != null) {
                carryOut(registration.receive(in, now()));
            }
        }

        private void carryOut(Outcome outcome) throws IOException {
            for (Datagram datagram : outcome.send()) {
                channel.send(
                        ByteBuffer.wrap(datagram.octets()),
                        new InetSocketAddress(keyServer.address(), keyServer.port()));
            }
            for (Fact fact : outcome.facts()) {
                note(fact);
            }
            for (Computation work : outcome.computations()) {
                if (registration != null) {
                    carryOut(registration.resume(work.run(), now()));
                }
            }
        }

        private void note(Fact fact) {
            if (fact instanceof Registered done) {
                rekeys.install(
                        done.download().kek().orElseThrow(),
                        done.download().sequence(),
                        done.download().keyPath());
                registration = null;
                registering--;
                registered++;
            } else if (fact instanceof RegistrationFailed) {
                registration = null;
                registering--;
                failures++;
                waiting.add(this);
            } else if (fact instanceof RekeyReceived heard) {
                heard.message().download().ifPresent(this::note);
            }
        }

        private void note(GroupDownload brought) {
            brought.kek().ifPresent(next -> kek = next.toString());
            if (!brought.teks().isEmpty()) {
                teks = brought.teks().toString();
            }
        }
    }
}

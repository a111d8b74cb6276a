// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.ike;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.getvpn.gdoi.exchange.Computation;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.Fact;
import org.getvpn.gdoi.exchange.GroupMemberEndpoint;
import org.getvpn.gdoi.exchange.Outcome;
import org.getvpn.gdoi.exchange.Registered;
import org.getvpn.gdoi.exchange.RegistrationFailed;
import org.getvpn.gdoi.exchange.Ticks;

/**
 * Many members in one thread that register as fast as they can: our own initiator, from many local
 * addresses. Whoever answers sees the same load, whatever it is.
 */
final class IkeLoad implements AutoCloseable {
    /** How far each attempt goes. */
    enum Depth {
        /** Main Mode, six messages; nothing after it is sent */
        PHASE_ONE,
        /** Main Mode, GROUPKEY-PULL and the deletion of the Phase 1 SA */
        REGISTRATION
    }

    /** Makes the attempt of one member. */
    interface Members {
        GroupMemberEndpoint member(Endpoint local);
    }

    private static final int PORT = 848;
    private static final int EXCHANGE_TYPE = 18;
    private static final int GROUPKEY_PULL = 32;
    private static final Duration LOOK_AROUND = Duration.ofMillis(200);

    private final Selector selector;
    private final Endpoint responder;
    private final Depth depth;
    private final Members members;
    private final List<Station> stations = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(9000);
    private long completed;
    private long failed;
    private String lastFailure = "";

    /**
     * @param atOnce attempts under way from each address
     */
    IkeLoad(List<InetAddress> locals, Endpoint responder, Depth depth, int atOnce, Members members)
            throws IOException {
        this.selector = Selector.open();
        this.responder = responder;
        this.depth = depth;
        this.members = members;
        for (InetAddress local : locals) {
            DatagramChannel channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
            channel.bind(new InetSocketAddress(local, PORT));
            channel.configureBlocking(false);
            Station station = new Station(channel, new Endpoint(local, PORT), atOnce);
            channel.register(selector, SelectionKey.OP_READ, station);
            stations.add(station);
        }
    }

    /** Attempts that reached their end since the beginning. */
    long completed() {
        return completed;
    }

    /** Attempts that ended without success. */
    long failed() {
        return failed;
    }

    /** Why the last of them did; empty if none. */
    String lastFailure() {
        return lastFailure;
    }

    /** Goes on for that long. */
    void run(Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        long look = System.nanoTime();
        while (System.nanoTime() < end) {
            if (System.nanoTime() >= look) {
                for (Station station : stations) {
                    station.tick();
                    station.fill();
                }
                look = System.nanoTime() + LOOK_AROUND.toNanos();
            }
            selector.select(LOOK_AROUND.toMillis());
            for (SelectionKey key : selector.selectedKeys()) {
                Station station = (Station) key.attachment();
                station.receive();
                station.fill();
            }
            selector.selectedKeys().clear();
        }
    }

    @Override
    public void close() throws IOException {
        for (Station station : stations) {
            station.channel.close();
        }
        selector.close();
    }

    private static Ticks now() {
        return Ticks.ofNanos(System.nanoTime());
    }

    /** Randomness without a system call for each number: the load generator must be light. */
    static SecureRandom randomness() {
        try {
            return SecureRandom.getInstance("DRBG");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One local address with its attempts, by initiator cookie. */
    private final class Station {
        private final DatagramChannel channel;
        private final Endpoint local;
        private final int atOnce;
        private final Map<Long, GroupMemberEndpoint> attempts = new HashMap<>();

        Station(DatagramChannel channel, Endpoint local, int atOnce) {
            this.channel = channel;
            this.local = local;
            this.atOnce = atOnce;
        }

        void fill() throws IOException {
            while (attempts.size() < atOnce) {
                GroupMemberEndpoint attempt = members.member(local);
                Outcome first = attempt.start(now());
                long cookie = ByteBuffer.wrap(first.send().get(0).octets()).getLong();
                attempts.put(cookie, attempt);
                carryOut(cookie, attempt, first);
            }
        }

        void receive() throws IOException {
            while (true) {
                buffer.clear();
                if (channel.receive(buffer) == null) {
                    return;
                }
                byte[] octets = array();
                long cookie = octets.length < 8 ? 0 : ByteBuffer.wrap(octets).getLong();
                GroupMemberEndpoint attempt = attempts.get(cookie);
                if (attempt != null) {
                    carryOut(
                            cookie,
                            attempt,
                            attempt.receive(new Datagram(local, responder, octets), now()));
                }
            }
        }

        private byte[] array() {
            byte[] copy = new byte[buffer.position()];
            buffer.duplicate().flip().get(copy);
            return copy;
        }

        void tick() throws IOException {
            for (Map.Entry<Long, GroupMemberEndpoint> entry : List.copyOf(attempts.entrySet())) {
                carryOut(entry.getKey(), entry.getValue(), entry.getValue().tick(now()));
            }
        }

        private void carryOut(long cookie, GroupMemberEndpoint attempt, Outcome outcome)
                throws IOException {
            for (Datagram datagram : outcome.send()) {
                if (depth == Depth.PHASE_ONE && datagram.octets()[EXCHANGE_TYPE] == GROUPKEY_PULL) {
                    end(cookie, true, "");
                    return;
                }
                channel.send(
                        ByteBuffer.wrap(datagram.octets()),
                        new InetSocketAddress(responder.address(), responder.port()));
            }
            for (Fact fact : outcome.facts()) {
                if (fact instanceof Registered) {
                    end(cookie, true, "");
                } else if (fact instanceof RegistrationFailed) {
                    end(cookie, false, fact.toString());
                }
            }
            for (Computation work : outcome.computations()) {
                carryOut(cookie, attempt, attempt.resume(work.run(), now()));
            }
        }

        private void end(long cookie, boolean reached, String reason) {
            if (attempts.remove(cookie) == null) {
                return;
            }
            if (reached) {
                completed++;
            } else {
                failed++;
                lastFailure = reason;
            }
        }
    }
}

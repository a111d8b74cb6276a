// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.getvpn.gdoi.exchange.Computation;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.Outcome;
import org.getvpn.gdoi.exchange.Ticks;

/**
 * Carries datagrams and time to a {@link Membership}: one thread, one UDP socket at the control
 * address and one per multicast group of rekeys, and one worker for asymmetric work; where too much
 * of that waits the thread does it itself, because an exchange counts on an answer. Nothing but
 * this thread touches the membership.
 */
public final class ControlLoop implements Runnable, AutoCloseable {
    private static final int LARGEST_DATAGRAM = 65_535;
    private static final int DATAGRAMS_PER_TURN = 64;
    private static final long LONGEST_WAIT_MILLIS = 1000;

    private final Membership membership;
    private final Supplier<Ticks> clock;
    private final Endpoint local;
    private final ControlLog log;
    private final Selector selector;
    private final DatagramChannel channel;
    private final RekeyListener listener;
    private final ThreadPoolExecutor worker;
    private final Queue<Computation.Completion> completions = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);

    private volatile MembershipStatus status;
    private volatile long turns;
    private volatile String renewal;
    private volatile boolean closing;
    private Ticks deadline;

    /**
     * Opens the socket.
     *
     * @throws IOException if the address or port cannot be had; the message says what to do
     */
    public ControlLoop(Membership membership, MembershipSettings settings, Supplier<Ticks> clock)
            throws IOException {
        this.membership = membership;
        this.clock = clock;
        this.local = settings.local();
        this.log = new ControlLog(settings.group(), local);
        this.selector = Selector.open();
        this.channel = DatagramChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
            channel.bind(new InetSocketAddress(local.address(), local.port()));
        } catch (IOException e) {
            channel.close();
            selector.close();
            throw new IOException(
                    "UDP "
                            + local
                            + ": "
                            + e.getMessage()
                            + "; give this host the address (\"identity\" in the configuration), end"
                            + " what else uses the port, and start as root or with"
                            + " CAP_NET_BIND_SERVICE",
                    e);
        }
        channel.register(selector, SelectionKey.OP_READ);
        this.listener = new RekeyListener(selector, local, log);
        this.worker =
                new ThreadPoolExecutor(
                        1,
                        1,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(16),
                        Thread.ofPlatform().daemon().name("gm-asymmetric").factory(),
                        new ThreadPoolExecutor.CallerRunsPolicy());
        this.deadline = clock.get();
        this.status = membership.status(deadline);
    }

    /** Runs until {@link #close}. A defect ends it with an exception: the process must end too. */
    @Override
    public void run() {
        try {
            while (!closing) {
                turn();
            }
        } catch (IOException e) {
            if (!closing) {
                throw new IllegalStateException("UDP " + local + ": " + e.getMessage(), e);
            }
        } finally {
            listener.close();
            membership.close();
            worker.shutdownNow();
        }
    }

    /** The state after the latest turn; from any thread. */
    public MembershipStatus status() {
        return status;
    }

    /** Rises with each turn, at least once a second: who watches it knows that the loop lives. */
    public long turns() {
        return turns;
    }

    /** Asks for a new registration, which brings new sender ids; from any thread. */
    public void renew(String why) {
        renewal = why;
        selector.wakeup();
    }

    /** Ends {@link #run}; from any thread. */
    @Override
    public void close() throws IOException {
        closing = true;
        selector.wakeup();
        channel.close();
    }

    private void turn() throws IOException {
        Ticks now = clock.get();
        long wait = deadline.since(now).toMillis() + 1;
        if (completions.isEmpty() && now.isBefore(deadline)) {
            selector.select(Math.min(LONGEST_WAIT_MILLIS, wait));
        } else {
            selector.selectNow();
        }
        selector.selectedKeys().clear();
        for (Computation.Completion done = completions.poll();
                done != null;
                done = completions.poll()) {
            perform(membership.resume(done, clock.get()));
        }
        receiveAll(channel);
        for (DatagramChannel group : listener.channels()) {
            receiveAll(group);
        }
        String why = renewal;
        if (why != null) {
            renewal = null;
            perform(membership.renew(why, clock.get()));
        }
        now = clock.get();
        perform(membership.tick(now));
        listener.listen(membership.rekeyAddresses(), now);
        status = membership.status(now);
        turns++;
    }

    private void receiveAll(DatagramChannel from) throws IOException {
        for (int i = 0; i < DATAGRAMS_PER_TURN && receive(from); i++) {
            turns++;
        }
    }

    private boolean receive(DatagramChannel channel) throws IOException {
        buffer.clear();
        SocketAddress from;
        try {
            from = channel.receive(buffer);
        } catch (PortUnreachableException e) {
            return true; // ICMP from a peer that is not there: the exchange finds out by itself
        }
        if (!(from instanceof InetSocketAddress peer)) {
            return false;
        }
        byte[] octets = new byte[buffer.flip().remaining()];
        buffer.get(octets);
        Endpoint remote = new Endpoint(peer.getAddress(), peer.getPort());
        perform(membership.receive(new Datagram(local, remote, octets), clock.get()));
        return true;
    }

    private void perform(Outcome outcome) {
        for (Datagram datagram : outcome.send()) {
            send(datagram);
        }
        for (Computation work : outcome.computations()) {
            worker.execute(
                    () -> {
                        completions.add(work.run());
                        selector.wakeup();
                    });
        }
        outcome.deadline().ifPresent(at -> deadline = at);
    }

    private void send(Datagram datagram) {
        Endpoint remote = datagram.remote();
        try {
            channel.send(
                    ByteBuffer.wrap(datagram.octets()),
                    new InetSocketAddress(remote.address(), remote.port()));
        } catch (IOException e) {
            log.complain(
                    "SEND",
                    "to " + remote + ": " + e.getMessage() + "; is there a route to it?",
                    clock.get());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * UDP on several local addresses, one channel each, all on one event loop. A datagram leaves from
 * the address that its {@link Datagram#local()} names; to a multicast group by that address's
 * interface.
 */
public final class UdpTransport implements AutoCloseable {
    /** Octets of the largest datagram that is read; what is longer arrives cut and is malformed. */
    public static final int LARGEST_DATAGRAM = 8192;

    private static final Logger LOG = LoggerFactory.getLogger(UdpTransport.class);
    private static final int RECEIVE_BUFFER = 1 << 20;
    private static final int READ_AT_ONCE = 64;
    private static final int MULTICAST_HOPS = 64;
    private static final int BATCH = 100;
    private static final long BATCH_MILLIS = 25;

    private final NioEventLoopGroup group;
    private final EventLoop loop;
    private final Map<InetAddress, Channel> channels = new ConcurrentHashMap<>();
    private final AtomicLong unsent = new AtomicLong();

    /** Starts the event loop; nothing is bound yet. */
    public UdpTransport() {
        this.group = new NioEventLoopGroup(1, new DefaultThreadFactory("getvpn-udp"));
        this.loop = group.next();
    }

    /**
     * Binds every address. What arrives waits in the system's buffer until {@link #read}.
     *
     * @param receiver called on the event loop for each datagram
     * @throws IOException naming the address that cannot be bound; close this transport then
     */
    public void listen(List<Endpoint> locals, Consumer<Datagram> receiver) throws IOException {
        for (Endpoint local : locals) {
            ChannelFuture bound =
                    new Bootstrap()
                            .group(loop)
                            .channel(NioDatagramChannel.class)
                            .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                            .option(ChannelOption.AUTO_READ, false)
                            .option(ChannelOption.IP_MULTICAST_TTL, MULTICAST_HOPS)
                            .option(
                                    ChannelOption.IP_MULTICAST_IF,
                                    NetworkInterface.getByInetAddress(local.address()))
                            .option(
                                    ChannelOption.RCVBUF_ALLOCATOR,
                                    new FixedRecvByteBufAllocator(LARGEST_DATAGRAM)
                                            .maxMessagesPerRead(READ_AT_ONCE))
                            .handler(new Inbound(local, receiver))
                            .bind(new InetSocketAddress(local.address(), local.port()))
                            .awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw new IOException(
                        "cannot listen on UDP " + local + ": " + bound.cause().getMessage(),
                        bound.cause());
            }
            channels.put(local.address(), bound.channel());
        }
    }

    /** Begins to read. */
    public void read() {
        channels.values().forEach(channel -> channel.config().setAutoRead(true));
    }

    /** Runs work on the event loop. */
    public Executor loop() {
        return loop;
    }

    /** Runs work on the event loop later. */
    void schedule(Runnable work, Duration delay) {
        if (!loop.isShuttingDown()) {
            loop.schedule(work, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
        }
    }

    /** Sends one datagram; one that cannot be sent is counted. */
    public void send(Datagram datagram) {
        Channel channel = channels.get(datagram.local().address());
        if (channel == null) {
            unsent.incrementAndGet();
            return;
        }
        ByteBuf octets = Unpooled.wrappedBuffer(datagram.octets());
        InetSocketAddress to =
                new InetSocketAddress(datagram.remote().address(), datagram.remote().port());
        channel.writeAndFlush(new DatagramPacket(octets, to))
                .addListener(
                        sent -> {
                            if (!sent.isSuccess()) {
                                unsent.incrementAndGet();
                            }
                        });
    }

    /** Sends many, 100 every 25 ms, so that neither socket buffers nor switches overflow. */
    public void sendPaced(List<Datagram> datagrams) {
        Iterator<Datagram> rest = datagrams.iterator();
        loop.execute(() -> sendBatch(rest));
    }

    private void sendBatch(Iterator<Datagram> rest) {
        for (int i = 0; i < BATCH && rest.hasNext(); i++) {
            send(rest.next());
        }
        if (rest.hasNext()) {
            schedule(() -> sendBatch(rest), Duration.ofMillis(BATCH_MILLIS));
        }
    }

    /** Datagrams that the system did not take. */
    public long unsent() {
        return unsent.get();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5000);
    }

    private static final class Inbound extends SimpleChannelInboundHandler<DatagramPacket> {
        private final Endpoint local;
        private final Consumer<Datagram> receiver;

        Inbound(Endpoint local, Consumer<Datagram> receiver) {
            this.local = local;
            this.receiver = receiver;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            byte[] octets = new byte[packet.content().readableBytes()];
            packet.content().readBytes(octets);
            InetSocketAddress from = packet.sender();
            receiver.accept(
                    new Datagram(local, new Endpoint(from.getAddress(), from.getPort()), octets));
        }

        /** An ICMP error about an earlier datagram; the socket lives on. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException)) {
                LOG.error("reason=\"internal error on a datagram\"", cause);
            }
        }
    }
}

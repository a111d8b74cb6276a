// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Serves a {@link SwitchService} over gRPC, in clear: see the package. */
public final class P4RuntimeServer implements AutoCloseable {
    private static final int THREADS = 2; // one may wait for the other's request
    private static final int SECONDS_TO_END = 2;
    private static final int IDLE_SECONDS = 10;
    private static final int LONGEST_MESSAGE = 8 << 20; // a pipeline's configuration has 200 kB
    private static final int LONGEST_HEADERS = 16 << 10;
    private static final int MOST_CALLS_PER_CONNECTION = 128;

    private final InetSocketAddress address;
    private final Server server;

    /**
     * Nothing is heard yet.
     *
     * @param address where to listen; port 0 for any free one
     */
    public P4RuntimeServer(InetSocketAddress address, SwitchService service) {
        this.address = address;
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name("p4runtime-", 0).factory());
        executor.allowCoreThreadTimeOut(
                true); // ends by itself: streams outlive the server a little
        this.server =
                NettyServerBuilder.forAddress(address)
                        .executor(executor)
                        .maxInboundMessageSize(LONGEST_MESSAGE)
                        .maxInboundMetadataSize(LONGEST_HEADERS)
                        .maxConcurrentCallsPerConnection(MOST_CALLS_PER_CONNECTION)
                        .permitKeepAliveWithoutCalls(true)
                        .permitKeepAliveTime(5, TimeUnit.SECONDS)
                        .addService(service)
                        .build();
    }

    /**
     * Begins to listen.
     *
     * @throws IOException naming the address and the remedy
     */
    public void start() throws IOException {
        try {
            server.start();
        } catch (IOException e) {
            throw new IOException(
                    "P4Runtime address "
                            + address
                            + ": "
                            + e.getMessage()
                            + "; choose an address of this host and a free port",
                    e);
        }
    }

    /** The port in use. */
    public int port() {
        return server.getPort();
    }

    /** Ends all streams. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.status;

import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Answers Prometheus' scrapes at {@code /metrics}, by plain HTTP. There is no key in them. */
public final class MetricsServer implements AutoCloseable {
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("gm-metrics").factory());
    private final HTTPServer server;

    /**
     * Answers from now on.
     *
     * @param address where it listens; port 0 takes any free one
     * @param status called on this server's thread at each scrape
     * @throws IOException with a sentence that names the address and says what to do
     */
    public MetricsServer(InetSocketAddress address, Supplier<MemberStatus> status)
            throws IOException {
        PrometheusRegistry registry = new PrometheusRegistry();
        registry.register(new MemberMetrics(status));
        try {
            server =
                    HTTPServer.builder()
                            .inetAddress(address.getAddress())
                            .port(address.getPort())
                            .executorService(thread)
                            .registry(registry)
                            .buildAndStart();
        } catch (IOException e) {
            thread.shutdown();
            throw new IOException(
                    "metrics "
                            + address.getAddress().getHostAddress()
                            + ":"
                            + address.getPort()
                            + ": "
                            + e.getMessage()
                            + "; give an address of this host and a port that nobody uses",
                    e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.close();
        thread.shutdown();
    }
}

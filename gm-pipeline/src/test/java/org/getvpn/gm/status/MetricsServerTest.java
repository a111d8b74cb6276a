// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final AtomicLong encrypted = new AtomicLong(41);

    private MemberStatus status() {
        return new MemberStatus(
                "1.0",
                "REGISTERED",
                "1234",
                "10.255.0.1:848",
                "jdk",
                "mmsg",
                List.of(30L, 12L),
                List.of(
                        new MemberStatus.TekStatus("0x00000001", "RETIRING", 3),
                        new MemberStatus.TekStatus("0x00000002", "SENDABLE", 3597)),
                86_000,
                List.of("0/24"),
                "",
                "none",
                Map.of("packetsEncrypted", encrypted.get(), "rekeysReceived", 3L),
                Map.of("NO_SA", 7L, "UNKNOWN_SPI", 0L),
                new SwitchStatus(
                        "127.0.0.1:9559",
                        1,
                        true,
                        Map.of(1, "eth1"),
                        Map.of("route", 12),
                        Map.of("framesSent", 5L),
                        Map.of("NO_POLICY", 9L)));
    }

    private static String scrape(MetricsServer server) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/metrics"))
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode());
            return answer.body();
        }
    }

    @Test
    void aScrapeTellsStateCountersAndEveryDropReason() throws Exception {
        try (MetricsServer server = new MetricsServer(ANY, this::status)) {
            List<String> lines = scrape(server).lines().toList();
            for (String expected :
                    List.of(
                            "getvpn_gm_build_info{crypto=\"jdk\",group=\"1234\",io=\"mmsg\",version=\"1.0\"} 1",
                            "getvpn_gm_sendable{group=\"1234\"} 1.0",
                            "getvpn_gm_tek_remaining_seconds{group=\"1234\"} 3597.0",
                            "getvpn_gm_kek_remaining_seconds{group=\"1234\"} 86000.0",
                            "getvpn_gm_switch_controller{group=\"1234\"} 1.0",
                            "getvpn_gm_switch_table_entries{group=\"1234\",table=\"route\"} 12.0",
                            "getvpn_gm_switch_drops_total{group=\"1234\",reason=\"NO_POLICY\"} 9.0",
                            "# TYPE getvpn_gm_packets_encrypted_total counter",
                            "getvpn_gm_packets_encrypted_total{group=\"1234\"} 41.0",
                            "getvpn_gm_worker_frames_total{group=\"1234\",worker=\"0\"} 30.0",
                            "getvpn_gm_worker_frames_total{group=\"1234\",worker=\"1\"} 12.0",
                            "getvpn_gm_drops_total{group=\"1234\",reason=\"NO_SA\"} 7.0",
                            "getvpn_gm_drops_total{group=\"1234\",reason=\"UNKNOWN_SPI\"} 0.0")) {
                assertTrue(lines.contains(expected), expected + " is not in " + lines);
            }
        }
    }

    @Test
    void eachScrapeTellsTheStateOfItsInstant() throws Exception {
        try (MetricsServer server = new MetricsServer(ANY, this::status)) {
            scrape(server);
            encrypted.set(42);
            assertTrue(scrape(server).contains("packets_encrypted_total{group=\"1234\"} 42.0"));
        }
    }

    @Test
    void everyMetricOfTheOperatorsGuideIsThere() throws Exception {
        try (MetricsServer server = new MetricsServer(ANY, this::status)) {
            String page = scrape(server);
            String guide = Files.readString(Path.of("../docs/pipeline.md"));
            List<String> names =
                    Pattern.compile("getvpn_gm_[a-z_]+[a-z]")
                            .matcher(guide)
                            .results()
                            .map(MatchResult::group)
                            .toList();
            assertTrue(names.size() > 5, guide);
            names.forEach(name -> assertTrue(page.contains("\n" + name + "{"), name));
        }
    }

    @Test
    void noSpiAndNoAddressIsALabel() throws Exception {
        try (MetricsServer server = new MetricsServer(ANY, this::status)) {
            String page = scrape(server);
            assertFalse(page.contains("0x0000000"), page);
            assertFalse(page.contains("10.255"), page);
        }
    }

    @Test
    void aPortInUseIsNamedWithItsRemedy() throws Exception {
        try (MetricsServer server = new MetricsServer(ANY, this::status)) {
            InetSocketAddress taken =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            IOException refused =
                    assertThrows(IOException.class, () -> new MetricsServer(taken, this::status));
            assertTrue(
                    refused.getMessage().startsWith("metrics 127.0.0.1:" + server.port()),
                    refused.getMessage());
            assertTrue(refused.getMessage().contains("port that nobody uses"));
        }
    }
}

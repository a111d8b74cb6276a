// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.status;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Asks a member for its state and prints it for people. */
public final class StatusClient {
    private static final int LARGEST_ANSWER = 1 << 20;

    private StatusClient() {}

    /**
     * The member's JSON, one line.
     *
     * @throws IOException with a sentence that names the socket and says what to do
     */
    public static String ask(Path socket) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer buffer = ByteBuffer.allocate(8192);
            while (channel.read(buffer.clear()) >= 0 && answer.size() < LARGEST_ANSWER) {
                answer.write(buffer.array(), 0, buffer.position());
            }
        } catch (IOException e) {
            throw new IOException(
                    socket
                            + ": "
                            + e.getMessage()
                            + "; is a member running with this statusSocket, and are you the user"
                            + " that runs it?",
                    e);
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    /** The JSON as a page for people; reasons and counters that are zero are left out. */
    public static String page(String json) throws IOException {
        MemberStatus status =
                JsonMapper.builder()
                        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .build()
                        .readValue(json, MemberStatus.class);
        StringBuilder page = new StringBuilder();
        line(page, "state", status.state());
        line(page, "group", status.group());
        line(page, "key server", status.keyServer());
        line(page, "AES-GCM by", status.crypto());
        line(page, "frames by", status.io());
        if (status.workers() != null && status.workers().size() > 1) {
            line(page, "workers", status.workers().size() + ", frames " + frames(status));
        }
        line(page, "sender ids", String.join(" ", status.senderIds()));
        if (status.replay() != null && !status.replay().equals("none")) {
            line(page, "replay", status.replay());
        }
        line(page, "rekey key", status.kekRemainingSeconds() + " s left");
        if (!status.lastFailure().isEmpty()) {
            line(page, "last failure", status.lastFailure());
        }
        page.append(String.format(Locale.ROOT, "%n%-12s %-12s %s%n", "SPI", "STAGE", "LEFT"));
        for (MemberStatus.TekStatus tek : status.teks()) {
            page.append(
                    String.format(
                            Locale.ROOT,
                            "%-12s %-12s %d s%n",
                            tek.spi(),
                            tek.stage(),
                            tek.remainingSeconds()));
        }
        table(page, "COUNTER", status.counters());
        table(page, "DROPPED BECAUSE OF", status.drops());
        if (status.p4Switch() != null) {
            addSwitch(page, status.p4Switch());
        }
        return page.toString();
    }

    private static String frames(MemberStatus status) {
        return status.workers().stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    private static void addSwitch(StringBuilder page, SwitchStatus status) {
        page.append('\n');
        line(page, "switch", "device " + status.deviceId() + " at " + status.p4runtime());
        line(page, "controller", status.hasController() ? "connected" : "none is primary");
        status.ports().forEach((number, name) -> line(page, "port " + number, name));
        page.append(String.format(Locale.ROOT, "%n%-32s %s%n", "TABLE", "ENTRIES"));
        status.tableEntries()
                .forEach(
                        (name, size) ->
                                page.append(String.format(Locale.ROOT, "%-32s %d%n", name, size)));
        table(page, "SWITCH COUNTER", status.counters());
        table(page, "SWITCH DROPPED BECAUSE OF", status.drops());
    }

    private static void line(StringBuilder page, String name, String value) {
        page.append(String.format(Locale.ROOT, "%-13s %s%n", name, value));
    }

    private static void table(StringBuilder page, String title, Map<String, Long> rows) {
        page.append(String.format(Locale.ROOT, "%n%-32s %s%n", title, "COUNT"));
        rows.forEach(
                (name, count) -> {
                    if (count != 0) {
                        page.append(String.format(Locale.ROOT, "%-32s %d%n", name, count));
                    }
                });
    }
}

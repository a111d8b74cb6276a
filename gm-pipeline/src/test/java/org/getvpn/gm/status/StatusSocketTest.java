// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class StatusSocketTest {
    private static final String JSON =
            """
            {"version":"1","state":"REGISTERED","group":"1234","keyServer":"10.255.0.1:848","crypto":"jdk","io":"xdp",\
            "teks":[{"spi":"0x0000012c","stage":"SENDABLE","remainingSeconds":3541}],\
            "kekRemainingSeconds":86000,"senderIds":["7/24"],"lastFailure":"",\
            "counters":{"rekeysReceived":3,"rekeysRefused":0},"drops":{"NO_SA":12,"FORGED":0}}
            """;

    @TempDir Path folder;

    private StatusServer server;

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void aClientGetsTheJsonAndTheSocketIsItsOwnersAlone() throws Exception {
        Path socket = folder.resolve("run/gm.sock");
        start(socket);

        assertEquals(JSON, StatusClient.ask(socket));
        assertEquals(JSON, StatusClient.ask(socket));
        assertEquals(
                PosixFilePermissions.fromString("rw-------"),
                Files.getPosixFilePermissions(socket));
    }

    @Test
    void theSocketGoesWithItsServer() throws Exception {
        Path socket = folder.resolve("gm.sock");
        start(socket);

        server.close();

        assertFalse(Files.exists(socket));
    }

    @Test
    void aClientThatDoesNotReadHoldsUpNobody() throws Exception {
        Path socket = folder.resolve("gm.sock");
        start(socket);
        SocketChannel idle = SocketChannel.open(UnixDomainSocketAddress.of(socket));

        for (int i = 0; i < 50; i++) {
            assertEquals(JSON, StatusClient.ask(socket));
        }
        idle.close();
    }

    @Test
    void aSocketThatACrashLeftBehindIsReplaced() throws Exception {
        Path socket = Files.createFile(folder.resolve("gm.sock"));

        start(socket);

        assertEquals(JSON, StatusClient.ask(socket));
    }

    @Test
    void theSocketOfALivingMemberIsLeftAlone() throws Exception {
        Path socket = folder.resolve("gm.sock");
        start(socket);

        IOException refused =
                assertThrows(IOException.class, () -> new StatusServer(socket, () -> ""));

        assertTrue(refused.getMessage().contains("another member"), refused.getMessage());
        assertEquals(JSON, StatusClient.ask(socket));
    }

    @Test
    void withoutAMemberTheClientSaysWhatToLookFor() {
        Path socket = folder.resolve("gm.sock");

        IOException refused = assertThrows(IOException.class, () -> StatusClient.ask(socket));

        assertTrue(refused.getMessage().contains(socket.toString()), refused.getMessage());
        assertTrue(refused.getMessage().contains("is a member running"), refused.getMessage());
    }

    @Test
    void thePageShowsWhatIsNotZero() throws Exception {
        assertEquals(
                """
                state         REGISTERED
                group         1234
                key server    10.255.0.1:848
                AES-GCM by    jdk
                frames by     xdp
                sender ids    7/24
                rekey key     86000 s left

                SPI          STAGE        LEFT
                0x0000012c   SENDABLE     3541 s

                COUNTER                          COUNT
                rekeysReceived                   3

                DROPPED BECAUSE OF               COUNT
                NO_SA                            12
                """,
                StatusClient.page(JSON));
    }

    @Test
    void thePageSaysHowPacketsAreJudgedByTheirTimeIfTheyAre() throws Exception {
        String timed = JSON.replace("\"lastFailure\"", "\"replay\":\"%s\",\"lastFailure\"");
        String words = "time within 5.0 s by pseudotime, now 7.250 s";
        assertTrue(StatusClient.page(timed.formatted(words)).contains("\nreplay        " + words));
        assertEquals(StatusClient.page(JSON), StatusClient.page(timed.formatted("none")));
    }

    @Test
    void thePageTellsSeveralWorkersAndNotTheOnlyOne() throws Exception {
        String several = JSON.replace("\"teks\"", "\"workers\":%s,\"teks\"");
        assertTrue(
                StatusClient.page(several.formatted("[30,12]"))
                        .contains("\nworkers       2, frames 30 12\n"));
        assertEquals(StatusClient.page(JSON), StatusClient.page(several.formatted("[42]")));
    }

    private void start(Path socket) throws IOException {
        server = new StatusServer(socket, () -> JSON);
        Thread.ofPlatform().daemon().start(server);
    }

    @Test
    void thePageOfASwitchShowsPortsTablesAndDrops() throws IOException {
        String json =
                JSON.strip().substring(0, JSON.strip().length() - 1)
                        + """
                        ,"p4Switch":{"p4runtime":"127.0.0.1:9559","deviceId":7,"hasController":true,\
                        "ports":{"1":"lan","2":"member, gm1-sw"},"tableEntries":{"route":12},\
                        "counters":{"framesSent":5},"drops":{"NO_POLICY":9,"NO_ROUTE":0}}}
                        """;

        String page = StatusClient.page(json);

        for (String expected :
                List.of(
                        "device 7 at 127.0.0.1:9559",
                        "connected",
                        "port 2        member, gm1-sw",
                        "route                            12",
                        "framesSent                       5",
                        "NO_POLICY                        9")) {
            assertTrue(page.contains(expected), expected + " in\n" + page);
        }
        assertFalse(page.contains("NO_ROUTE"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.p4;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.getvpn.bench.lab.Command;
import org.getvpn.bench.lab.KeyServer;
import org.getvpn.bench.lab.Node;
import org.getvpn.bench.lab.Patience;
import org.getvpn.bench.lab.Programs;
import org.getvpn.bench.lab.SecretFile;
import org.getvpn.gm.status.StatusClient;

/** Our packed group member as a switch, registered over a link of its own beside the ports. */
final class SwitchMember implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KeyServer keyServer;
    private final Path socket;
    private final Path log;
    private final Process process;

    /** Starts it at ports 1 (a1) and 2 (w1), the member behind 3. */
    SwitchMember(KeyServer keyServer, Path folder, Programs programs, Node node, int p4runtimePort)
            throws IOException {
        this.keyServer = keyServer;
        socket = folder.resolve("switch.sock");
        log = folder.resolve("switch.log");
        Files.deleteIfExists(socket);
        keyServer.attach(node, 1);
        Path configuration =
                SecretFile.write(
                        folder,
                        "switch.yaml",
                        "group: " + KeyServer.PROTECTING_GROUP,
                        "keyServers: [\"" + KeyServer.ADDRESS + "\"]",
                        "identity: " + KeyServer.member(1),
                        "preSharedKeysFile: " + keyServer.memberSecrets(1),
                        "attachment:",
                        "  kind: switch",
                        "  p4runtime: 127.0.0.1:" + p4runtimePort,
                        "  memberPort: " + SwitchPath.MEMBER_PORT,
                        "  memberInterface: gm0-switch",
                        String.format(
                                "  ports: [\"%d@a1\", \"%d@w1\"]",
                                SwitchPath.LOCAL_PORT, SwitchPath.WAN_PORT),
                        "statusSocket: " + socket);
        process =
                Command.start(
                        node.command(
                                List.of(
                                        System.getProperty("java.home") + "/bin/java",
                                        "@" + programs.memberOptions(),
                                        "-jar",
                                        programs.groupMember().toString(),
                                        "--config",
                                        configuration.toString())),
                        log.toFile());
    }

    /**
     * Returns when it may send.
     *
     * @throws IOException with what it said if it does not come to that
     */
    void waitUntilRegistered() throws IOException {
        Patience.until(
                () -> isRegistered() || !process.isAlive(), PATIENCE, "a switch's registration");
        if (!process.isAlive()) {
            throw new IOException("the switch ended: " + Files.readString(log).strip());
        }
    }

    private boolean isRegistered() {
        try {
            return status().path("teks").findValuesAsText("stage").contains("SENDABLE");
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Packets that it encrypted so far. */
    long encrypted() throws IOException {
        return status().at("/counters/packetsEncrypted").asLong();
    }

    private JsonNode status() throws IOException {
        return new ObjectMapper().readTree(StatusClient.ask(socket));
    }

    @Override
    public void close() throws IOException {
        Command.stop(process);
        keyServer.detach(1);
    }
}

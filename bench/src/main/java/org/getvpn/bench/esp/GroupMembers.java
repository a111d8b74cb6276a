// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.getvpn.bench.lab.Command;
import org.getvpn.bench.lab.KeyServer;
import org.getvpn.bench.lab.Node;
import org.getvpn.bench.lab.Patience;
import org.getvpn.bench.lab.SecretFile;
import org.getvpn.gm.status.StatusClient;

/** Our packed group member as gateway, twice, registered with the key server. */
final class GroupMembers implements Contender {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KeyServer keyServer;
    private final Path folder;
    private final Path program;
    private final Path options;
    private final int group;
    private final MemberSetup setup;

    /**
     * @param folder for its files
     * @param program the packed jar
     * @param options what the launcher gives Java
     * @param group of the key server
     * @param setup of both members
     */
    GroupMembers(
            KeyServer keyServer,
            Path folder,
            Path program,
            Path options,
            int group,
            MemberSetup setup) {
        this.keyServer = keyServer;
        this.folder = folder;
        this.program = program;
        this.options = options;
        this.group = group;
        this.setup = setup;
    }

    @Override
    public String key() {
        return (encrypts() ? "getvpn" : "getvpn_bypass") + setup.suffix();
    }

    @Override
    public String description() throws IOException {
        return encrypts()
                ? "our pipeline, ESP with addresses preserved, aes-gcm-256" + setup.words()
                : "our pipeline, its group's policy for these packets is BYPASS: no crypto"
                        + setup.words();
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public int warmUpSeconds() {
        return 10;
    }

    @Override
    public MeasuredPath.Layout layout() {
        return setup.layout();
    }

    @Override
    public boolean encrypts() {
        return group == KeyServer.PROTECTING_GROUP;
    }

    @Override
    public Gateways start(MeasuredPath path) throws IOException {
        List<Process> processes = new ArrayList<>();
        int first = 2 * path.number() - 1;
        int second = first + 1;
        Gateways pair = gateways(processes, List.of(first, second));
        try {
            processes.add(launch(path.g1(), first, "a1", "w1"));
            processes.add(launch(path.g2(), second, "b1", "w2"));
            for (int number = first; number <= second; number++) {
                Path socket = socket(number);
                Patience.until(
                        () ->
                                isRegistered(socket)
                                        || processes.stream().anyMatch(p -> !p.isAlive()),
                        PATIENCE,
                        "a group member's registration");
                if (!isRegistered(socket)) {
                    throw new IOException(
                            "a group member ended: " + Files.readString(log(number)).strip());
                }
            }
            return pair;
        } catch (IOException e) {
            pair.close();
            throw e;
        }
    }

    private Gateways gateways(List<Process> processes, List<Integer> members) {
        return new Gateways() {
            @Override
            public List<Process> processes() {
                return processes;
            }

            @Override
            public Map<String, Long> losses() throws IOException {
                Map<String, Long> all = new TreeMap<>();
                for (int number : members) {
                    add(all, status(socket(number)));
                }
                return all;
            }

            @Override
            public void close() throws IOException {
                for (Process process : processes) {
                    Command.stop(process);
                }
                for (int number : members) {
                    keyServer.detach(number);
                }
            }
        };
    }

    private static void add(Map<String, Long> losses, JsonNode status) {
        for (Map.Entry<String, JsonNode> drop : status.get("drops").properties()) {
            losses.merge(drop.getKey(), drop.getValue().asLong(), Long::sum);
        }
        losses.merge(
                "framesLostUnread", status.at("/counters/framesLostUnread").asLong(), Long::sum);
    }

    private Process launch(Node gateway, int number, String site, String wan) throws IOException {
        keyServer.attach(gateway, number);
        Files.deleteIfExists(socket(number));
        List<String> lines =
                new ArrayList<>(
                        List.of(
                                "group: " + group,
                                "keyServers: [\"" + KeyServer.ADDRESS + "\"]",
                                "identity: " + KeyServer.member(number),
                                "preSharedKeysFile: " + keyServer.memberSecrets(number),
                                "statusSocket: " + socket(number)));
        lines.addAll(setup.attachment(site, wan));
        Path configuration =
                SecretFile.write(
                        folder, "member-" + number + ".yaml", lines.toArray(String[]::new));
        List<String> words = new ArrayList<>(setup.launcher());
        words.addAll(
                List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "@" + options,
                        "-jar",
                        program.toString(),
                        "--config",
                        configuration.toString()));
        return Command.start(gateway.command(words), log(number).toFile());
    }

    private static boolean isRegistered(Path socket) {
        JsonNode status;
        try {
            status = status(socket);
        } catch (IOException notYet) {
            return false;
        }
        return status.path("state").asText().equals("REGISTERED")
                && status.path("teks").findValuesAsText("stage").contains("SENDABLE");
    }

    private static JsonNode status(Path socket) throws IOException {
        return JSON.readTree(StatusClient.ask(socket));
    }

    private Path socket(int number) {
        return folder.resolve("member-" + number + ".sock");
    }

    private Path log(int number) {
        return folder.resolve("member-" + number + ".log");
    }
}

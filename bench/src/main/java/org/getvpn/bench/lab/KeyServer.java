// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The packed key server, in a namespace of its own and with links of its own to the gateways. It
 * serves two groups: one that protects everything and one that lets everything pass.
 */
public final class KeyServer implements AutoCloseable {
    public static final String ADDRESS = "10.255.0.1";
    public static final int PROTECTING_GROUP = 1;
    public static final int BYPASSING_GROUP = 2;

    private static final int MEMBERS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Node node = Node.create("ks");
    private final Path folder;
    private final String secret = SecretFile.fresh();
    private final Set<Integer> attached = new TreeSet<>();
    private Process process;

    /**
     * Starts it and waits until it serves.
     *
     * @param folder for its files
     * @param program the packed jar
     * @param java17 home of a JDK 17
     */
    public KeyServer(Path folder, Path program, String java17) throws IOException {
        this.folder = folder;
        try {
            node.ip("addr", "add", ADDRESS + "/32", "dev", "lo");
            start(program, java17 + "/bin/java");
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void start(Path program, String java) throws IOException {
        Path wrapping = folder.resolve("wrapping.key");
        Command.output(
                java, "-jar", program.toString(), "--make-wrapping-key", wrapping.toString());
        Path log = folder.resolve("key-server.log");
        process =
                Command.start(
                        node.command(
                                List.of(
                                        java,
                                        "-Xmx128m",
                                        "-XX:+UseSerialGC",
                                        "-jar",
                                        program.toString(),
                                        "--config",
                                        configuration(wrapping).toString())),
                        log.toFile());
        Patience.until(
                () -> Files.readString(log).contains("serving on") || !process.isAlive(),
                PATIENCE,
                "the key server");
        if (!process.isAlive()) {
            throw new IOException("the key server ended: " + Files.readString(log).strip());
        }
    }

    private Path configuration(Path wrapping) throws IOException {
        Path secrets =
                SecretFile.write(
                        folder,
                        "key-server.psk",
                        IntStream.rangeClosed(1, MEMBERS)
                                .mapToObj(number -> member(number) + " 0x" + secret)
                                .toArray(String[]::new));
        return SecretFile.write(
                folder,
                "key-server.yaml",
                "keyServer:",
                "  addresses: [\"" + ADDRESS + "\"]",
                "  stateDirectory: " + folder.resolve("state"),
                "  wrappingKeyFile: " + wrapping,
                "  preSharedKeysFile: " + secrets,
                "groups:",
                "  - name: protecting",
                "    id: " + PROTECTING_GROUP,
                "    members: [\"10.254.0.0/16\"]",
                "    transform: aes-gcm-256",
                "    policy:",
                "      - {action: PROTECT, source: 10.0.0.0/8, destination: 10.0.0.0/8}",
                "  - name: bypassing",
                "    id: " + BYPASSING_GROUP,
                "    members: [\"10.254.0.0/16\"]",
                "    policy:",
                "      - {action: BYPASS, source: 10.0.0.0/8, destination: 10.0.0.0/8}",
                // a group has a key to give, even if no packet ever matches this line
                "      - {action: PROTECT, source: 192.0.2.0/24, destination: 192.0.2.0/24}");
    }

    /**
     * A member's control address.
     *
     * @param number 1 to 8
     */
    public static String member(int number) {
        return "10.254." + number + ".1";
    }

    /** Lays a link to a gateway, which gets the member's control address. */
    public void attach(Node gateway, int number) throws IOException {
        String prefix = "10.254." + number + ".";
        node.cable("m" + number, gateway, "control");
        attached.add(number);
        node.ip("addr", "add", prefix + "254/24", "dev", "m" + number);
        gateway.ip("addr", "add", member(number) + "/24", "dev", "control");
        gateway.ip("route", "add", ADDRESS + "/32", "via", prefix + "254");
    }

    /** Takes that link away, if there is one. */
    public void detach(int number) throws IOException {
        if (attached.remove(number)) {
            node.ip("link", "delete", "m" + number);
        }
    }

    /** A member's file of pre-shared keys. */
    public Path memberSecrets(int number) throws IOException {
        return SecretFile.write(folder, "member-" + number + ".psk", ADDRESS + " 0x" + secret);
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            Command.stop(process);
        }
        node.delete();
    }
}

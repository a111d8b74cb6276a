// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.ike;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Starts the two responders, each with files of its own in a private folder. */
final class Responders {
    /** Both accept these suites and no others. */
    private static final String PROPOSALS = "aes128-sha256-ecp256, aes128-sha256-modp2048";

    /** What is compared; without a method at its end, with a pre-shared key. */
    static final List<String> SUITES =
            List.of("aes128-sha256-ecp256", "aes128-sha256-modp2048", "aes128-sha256-ecp256-rsa");

    private static final int IKE_PORT = 500;
    private static final int GDOI_PORT = 848;

    private final Namespaces namespaces;
    private final Path folder;
    private final Certificates certificates;
    private final Path program;
    private final String java17;

    /**
     * @param program the key server's packed jar
     * @param java17 home of a JDK 17, where ONOS and the key server run
     */
    Responders(Namespaces namespaces, Path folder, Path program, String java17) throws IOException {
        this.certificates = Certificates.make(folder.resolve("certificates"));
        this.namespaces = namespaces;
        this.folder = folder;
        this.program = program;
        this.java17 = java17;
    }

    /**
     * charon of Debian's strongSwan with every plugin that is installed, without its limits against
     * flooding and without logs.
     */
    Responder charon(String suite) throws IOException {
        boolean signs = suite.endsWith("-rsa");
        Path socket = folder.resolve("vici");
        Path settings =
                write(
                        "strongswan.conf",
                        "charon-systemd {",
                        "  load_modular = yes",
                        "  port = " + IKE_PORT,
                        "  threads = 16",
                        "  ikesa_table_size = 4096",
                        "  ikesa_table_segments = 16",
                        "  dos_protection = no",
                        "  cookie_threshold = 0",
                        "  block_threshold = 0",
                        "  init_limit_half_open = 0",
                        "  init_limit_job_load = 0",
                        "  install_routes = no",
                        "  plugins {",
                        "    include /etc/strongswan.d/charon/*.conf",
                        "    vici { socket = unix://" + socket + " }",
                        "  }",
                        "  journal { default = -1 }",
                        "  syslog { daemon { default = -1 }",
                        "    auth { default = -1 } }",
                        "}");
        Path connections =
                write(
                        // swanctl looks for certificates and keys beside its file
                        "certificates/swanctl.conf",
                        "connections { ike { version = 1",
                        "    local_addrs = " + Namespaces.RESPONDER_ADDRESS,
                        "    remote_addrs = %any",
                        "    unique = never",
                        "    proposals = " + PROPOSALS,
                        "    local { auth = " + (signs ? "pubkey" : "psk"),
                        signs ? "      certs = " + certificates.responder() : "",
                        "      id = " + Namespaces.RESPONDER_ADDRESS + " }",
                        "    remote { auth = " + (signs ? "pubkey }" : "psk }"),
                        "    children { none { mode = tunnel } } } }",
                        "secrets { ike-1 { secret = \"" + LoadGenerator.SECRET + "\" } }");
        Files.deleteIfExists(socket);
        ProcessBuilder builder =
                new ProcessBuilder(namespaces.atResponder(List.of("/usr/sbin/charon-systemd")));
        builder.environment().put("STRONGSWAN_CONF", settings.toString());
        Process process =
                builder.redirectErrorStream(true)
                        .redirectOutput(folder.resolve("charon.log").toFile())
                        .start();
        Responder responder =
                new Responder(process, IKE_PORT, "charon", () -> Files.exists(socket));
        swanctl(socket, "--load-all", "--noprompt", "--file", connections.toString());
        return responder;
    }

    /** Version and plugins of the charon that runs. */
    String aboutCharon() throws IOException {
        Path socket = folder.resolve("vici");
        String version =
                swanctl(socket, "--version", "--daemon")
                        .lines()
                        .filter(line -> line.startsWith("strongSwan"))
                        .findFirst()
                        .orElse("");
        return version
                + "; "
                + swanctl(socket, "--stats")
                        .lines()
                        .filter(line -> line.startsWith("loaded plugins"))
                        .findFirst()
                        .orElse("");
    }

    private static String swanctl(Path socket, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("swanctl"));
        command.addAll(List.of(words));
        command.addAll(List.of("--uri", "unix://" + socket));
        return Namespaces.output(command);
    }

    /** Where the load finds its own. */
    Certificates certificates() {
        return certificates;
    }

    /** The key server as it is delivered, with the options of the launcher. */
    Responder keyServer() throws IOException {
        Path wrapping = folder.resolve("wrapping.key");
        if (!Files.exists(wrapping)) {
            Namespaces.output(
                    List.of(
                            java17 + "/bin/java",
                            "-jar",
                            program.toString(),
                            "--make-wrapping-key",
                            wrapping.toString()));
        }
        StringBuilder secrets = new StringBuilder();
        for (int i = 0; i < LoadGenerator.MEMBERS; i++) {
            secret(secrets, LoadGenerator.member(i).getHostAddress());
        }
        for (int i = 0; i < Flood.SOURCES; i++) {
            secret(secrets, "10.85." + (i >> 8) + "." + (i & 0xff));
        }
        Path configuration =
                write(
                        "key-server.yaml",
                        "keyServer:",
                        "  addresses: [\"" + Namespaces.RESPONDER_ADDRESS + "\"]",
                        "  stateDirectory: " + folder.resolve("state"),
                        "  wrappingKeyFile: " + wrapping,
                        "  preSharedKeysFile: " + write("psk", secrets.toString()),
                        "  phaseOneProposals: [" + PROPOSALS + "]",
                        "  authentication: [psk, rsa]",
                        "  certificate:",
                        "    chainFile: " + certificates.responder(),
                        "    privateKeyFile: " + certificates.responderKey(),
                        "    authorityFiles: [" + certificates.authority() + "]",
                        "    identity: " + Namespaces.RESPONDER_ADDRESS,
                        "groups:",
                        "  - name: bench",
                        "    id: " + LoadGenerator.GROUP_NUMBER,
                        "    members: [\"10.84.0.0/16\"]",
                        "    identities: [\"certificate:" + Certificates.LOAD_SUBJECT + "\"]",
                        "    policy:",
                        "      - {action: PROTECT, source: 10.0.0.0/8, destination: 10.0.0.0/8}");
        Path said = folder.resolve("key-server.log");
        Process process =
                new ProcessBuilder(
                                namespaces.atResponder(
                                        List.of(
                                                java17 + "/bin/java",
                                                "-Xmx128m",
                                                "-XX:+UseSerialGC",
                                                "-jar",
                                                program.toString(),
                                                "--config",
                                                configuration.toString())))
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        return new Responder(process, GDOI_PORT, "key server", () -> serves(said));
    }

    private static boolean serves(Path log) {
        try {
            return Files.readString(log).contains("serving on");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void secret(StringBuilder to, String address) {
        to.append(address).append(" \"").append(LoadGenerator.SECRET).append("\"\n");
    }

    private Path write(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, String.join("\n", lines) + "\n");
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.bench.lab.Command;
import org.getvpn.bench.lab.Node;
import org.getvpn.bench.lab.Patience;
import org.getvpn.bench.lab.SecretFile;

/** WireGuard in user space. */
final class WireguardGo implements Contender {
    private static final String PORT = "51820";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String key;
    private final Path program;
    private final Path folder;

    /**
     * @param key tells two versions apart
     * @param program may be missing
     * @param folder for its files
     */
    WireguardGo(String key, Path program, Path folder) {
        this.key = key;
        this.program = program;
        this.folder = folder;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public String description() throws IOException {
        return Command.output(program.toString(), "--version")
                .lines()
                .findFirst()
                .orElse("wireguard-go");
    }

    @Override
    public Optional<String> missing() {
        if (!Command.exists("wg")) {
            return Optional.of("wg: install wireguard-tools");
        }
        return Files.isExecutable(program)
                ? Optional.empty()
                : Optional.of(program + ": install wireguard-go");
    }

    @Override
    public MeasuredPath.Layout layout() {
        return MeasuredPath.Layout.ROUTED;
    }

    @Override
    public boolean encrypts() {
        return true;
    }

    @Override
    public Gateways start(MeasuredPath path) throws IOException {
        List<Process> processes = new ArrayList<>();
        Gateways pair = Gateways.thatCountNoLosses(processes);
        try {
            String[] secrets = {secret(), secret()};
            for (int number = 1; number <= 2; number++) {
                processes.add(launch(number == 1 ? path.g1() : path.g2(), number));
            }
            connect(path.g1(), 1, secrets[0], publicKey(secrets[1]), MeasuredPath.G2_WAN);
            connect(path.g2(), 2, secrets[1], publicKey(secrets[0]), MeasuredPath.G1_WAN);
            return pair;
        } catch (IOException e) {
            pair.close();
            throw e;
        }
    }

    private Process launch(Node gateway, int number) throws IOException {
        String link = link(number);
        ProcessBuilder builder =
                new ProcessBuilder(gateway.command(List.of(program.toString(), "-f", link)))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(key + "-" + number + ".log").toFile());
        builder.environment().put("WG_PROCESS_FOREGROUND", "1");
        builder.environment().put("LOG_LEVEL", "error");
        Process process = builder.start();
        Path socket = Path.of("/var/run/wireguard/" + link + ".sock");
        Patience.until(
                () -> Files.exists(socket) || !process.isAlive(), PATIENCE, program.toString());
        return process;
    }

    private void connect(Node gateway, int number, String secret, String peer, String endpoint)
            throws IOException {
        String link = link(number);
        String others = "10." + (3 - number) + ".0.0/24";
        gateway.run(
                "wg",
                "set",
                link,
                "private-key",
                SecretFile.write(folder, link, secret).toString(),
                "listen-port",
                PORT,
                "peer",
                peer,
                "allowed-ips",
                others,
                "endpoint",
                endpoint + ":" + PORT);
        gateway.ip("link", "set", link, "mtu", Integer.toString(MeasuredPath.MTU), "up");
        gateway.ip("route", "add", others, "dev", link);
    }

    /** Its control socket is named by it in a folder of the whole machine. */
    private static String link(int number) {
        return "gvb" + number + "-" + ProcessHandle.current().pid();
    }

    private static String secret() throws IOException {
        return Command.output("wg", "genkey").strip();
    }

    private static String publicKey(String secret) throws IOException {
        return Command.output(List.of("wg", "pubkey"), secret).strip();
    }
}

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

/** charon with the plugin kernel-libipsec: ESP in user space through a TUN interface. */
final class StrongSwan implements Contender {
    private static final Path PLUGIN =
            Path.of("/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path folder;

    /**
     * @param folder for its files
     */
    StrongSwan(Path folder) {
        this.folder = folder;
    }

    @Override
    public String key() {
        return "strongswan";
    }

    @Override
    public String description() throws IOException {
        return "strongSwan "
                + Command.output("dpkg-query", "-W", "-f", "${Version}", "charon-systemd")
                + ", kernel-libipsec, ESP in UDP, aes256gcm16";
    }

    @Override
    public Optional<String> missing() {
        if (!Command.exists("charon-systemd") || !Command.exists("swanctl")) {
            return Optional.of("charon-systemd and swanctl: install charon-systemd");
        }
        return Files.exists(PLUGIN)
                ? Optional.empty()
                : Optional.of("strongSwan's kernel-libipsec: install libcharon-extra-plugins");
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
        String secret = SecretFile.fresh();
        List<Process> processes = new ArrayList<>();
        Gateways pair = Gateways.thatCountNoLosses(processes);
        try {
            processes.add(charon(path.g1(), 1));
            processes.add(charon(path.g2(), 2));
            load(1, MeasuredPath.G1_WAN, MeasuredPath.G2_WAN, secret);
            load(2, MeasuredPath.G2_WAN, MeasuredPath.G1_WAN, secret);
            swanctl(1, "--initiate", "--child", "sites", "--timeout", "5");
            return pair;
        } catch (IOException e) {
            pair.close();
            throw e;
        }
    }

    private Process charon(Node gateway, int number) throws IOException {
        Path socket = socket(number);
        Files.deleteIfExists(socket);
        Path settings =
                SecretFile.write(
                        folder,
                        "strongswan-" + number + ".conf",
                        "charon-systemd {",
                        "  load_modular = no",
                        "  load = random nonce aesni aes sha1 sha2 hmac kdf gcm openssl curve25519"
                                + " kernel-libipsec kernel-netlink socket-default vici updown",
                        "  install_virtual_ip = no",
                        "  plugins {",
                        "    kernel-libipsec { allow_peer_ts = yes }",
                        "    vici { socket = unix://" + socket + " }",
                        "  }",
                        "  journal { default = -1 }",
                        "  syslog { daemon { default = -1 }",
                        "    auth { default = -1 } }",
                        "}");
        ProcessBuilder builder =
                new ProcessBuilder(gateway.command(List.of("/usr/sbin/charon-systemd")))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("charon-" + number + ".log").toFile());
        builder.environment().put("STRONGSWAN_CONF", settings.toString());
        Process process = builder.start();
        Patience.until(
                () -> Files.exists(socket) || !process.isAlive(), PATIENCE, "charon's socket");
        return process;
    }

    private void load(int number, String own, String other, String secret) throws IOException {
        int peer = 3 - number;
        Path connections =
                SecretFile.write(
                        folder,
                        "swanctl-" + number + ".conf",
                        "connections { gateways { version = 2",
                        "    local_addrs = " + own,
                        "    remote_addrs = " + other,
                        "    proposals = aes256gcm16-prfsha256-x25519",
                        "    local { auth = psk",
                        "      id = g" + number + " }",
                        "    remote { auth = psk",
                        "      id = g" + peer + " }",
                        "    children { sites { local_ts = 10." + number + ".0.0/24",
                        "        remote_ts = 10." + peer + ".0.0/24",
                        "        esp_proposals = aes256gcm16",
                        "        rekey_time = 0",
                        "        start_action = none } } } }",
                        "secrets { ike-1 { id-1 = g1",
                        "    id-2 = g2",
                        "    secret = 0x" + secret + " } }");
        swanctl(number, "--load-all", "--noprompt", "--file", connections.toString());
    }

    private void swanctl(int number, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("swanctl"));
        command.addAll(List.of(words));
        command.addAll(List.of("--uri", "unix://" + socket(number)));
        Command.output(command, "");
    }

    private Path socket(int number) {
        return folder.resolve("vici-" + number);
    }
}

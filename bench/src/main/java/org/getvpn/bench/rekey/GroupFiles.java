// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.rekey;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.getvpn.ks.secret.WrappingKeyFile;

/** The files of a key server on the loopback interface, with a group of many members. */
final class GroupFiles {
    /** The group's name. */
    static final String NAME = "large";

    /** Its identity. */
    static final int ID = 4711;

    /** What every member shares with the key server. */
    static final String SECRET = "a secret of the benchmark";

    /** Where the key server listens. */
    static final String KEY_SERVER = "127.0.0.1";

    /** Rekeys for all, on the loopback interface. */
    static final String MULTICAST = "239.84.8.9";

    private static final int FIRST = 127 << 24 | 16 << 16 | 1;

    private final Path folder;
    private final int members;
    private final int port;
    private final Scale scale;

    /** Writes keys for {@code members} members into a new folder. */
    GroupFiles(int members, Scale scale) throws IOException {
        this.members = members;
        this.scale = scale;
        this.port = freePort();
        this.folder = Files.createTempDirectory("getvpn-rekey-");
        WrappingKeyFile.make(folder.resolve("wrapping.key"), new SecureRandom());
        List<String> keys = new ArrayList<>();
        for (InetAddress member : addresses()) {
            keys.add(member.getHostAddress() + " \"" + SECRET + "\"");
        }
        secret("psk", String.join("\n", keys) + "\n");
    }

    /** Of a key server and of all its members; another benchmark at the same time has another. */
    int port() {
        return port;
    }

    private static int freePort() throws IOException {
        try (DatagramSocket probe = new DatagramSocket(0, InetAddress.getByName(KEY_SERVER))) {
            return probe.getLocalPort();
        }
    }

    /** One for each member, 127.16.0.1 and so on; and one more for whoever probes. */
    List<InetAddress> addresses() throws IOException {
        List<InetAddress> addresses = new ArrayList<>();
        for (int i = 0; i <= members; i++) {
            int address = FIRST + i;
            addresses.add(
                    InetAddress.getByAddress(
                            new byte[] {
                                (byte) (address >> 24),
                                (byte) (address >> 16),
                                (byte) (address >> 8),
                                (byte) address
                            }));
        }
        return addresses;
    }

    /** A configuration whose rekeys are copies, acknowledged. */
    Path unicast() throws IOException {
        return configuration("unicast.json", "");
    }

    /** The same with rekeys by multicast, not acknowledged. */
    Path multicast() throws IOException {
        return configuration(
                "multicast.json",
                "'rekeyAcknowledgement': 'none', 'rekey': {'transport': 'multicast', 'address': '"
                        + MULTICAST
                        + "', 'port': "
                        + port
                        + "}, ");
    }

    private Path configuration(String name, String fields) throws IOException {
        return secret(
                name,
                ("{'keyServer': {'addresses': ['"
                                + KEY_SERVER
                                + "'], 'port': "
                                + port
                                + ", 'stateDirectory': '"
                                + folder.resolve("state")
                                + "', 'wrappingKeyFile': '"
                                + folder.resolve("wrapping.key")
                                + "', 'preSharedKeysFile': '"
                                + folder.resolve("psk")
                                + "'}, 'groups': [{"
                                + fields
                                + "'name': '"
                                + NAME
                                + "', 'id': "
                                + ID
                                + ", 'keyTree': true, 'members': ['127.16.0.0/16'], 'policy':"
                                + " [{'action': 'PROTECT', 'source': '10.0.0.0/8', 'destination':"
                                + " '10.0.0.0/8'}], 'activationDelay': "
                                + scale.activationSeconds()
                                + ", 'deactivationDelay': "
                                + scale.deactivationSeconds()
                                + "}]}")
                        .replace('\'', '"'));
    }

    private Path secret(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    /** They are left only if something fails. */
    void delete() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    /** Where the key server's log goes. */
    Path log() {
        return folder.resolve("log");
    }
}

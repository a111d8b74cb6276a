// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.getvpn.ks.api.ConfigurationReader;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.api.KeyServerConfiguration;
import org.getvpn.ks.secret.WrappingKeyFile;

/** The files of a key server under test, in a folder of its own, on a free port of loopback. */
public final class Installation {
    /** What every member of the tests shares with the key server. */
    public static final String SECRET = "correct horse battery staple";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final int port;
    private int tekLifetime = 3600;
    private int activation = 1;
    private String extra = "";

    /** Writes keys; members are 127.0.0.11 to 127.0.0.19. */
    public Installation(Path folder) throws IOException {
        this.folder = folder;
        this.port = freePort();
        WrappingKeyFile.make(folder.resolve("wrapping.key"), new SecureRandom());
        StringBuilder keys = new StringBuilder();
        for (int i = 11; i < 20; i++) {
            keys.append("127.0.0.").append(i).append(" \"").append(SECRET).append("\"\n");
        }
        keys.append("127.0.0.21 \"").append(SECRET).append("\"\n");
        Path psk = folder.resolve("psk");
        Files.writeString(psk, keys);
        Files.setPosixFilePermissions(psk, PosixFilePermissions.fromString("rw-------"));
    }

    static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Seconds. */
    public Installation tek(int lifetime, int activationDelay) {
        tekLifetime = lifetime;
        activation = activationDelay;
        return this;
    }

    /** Further fields of the group, each with a comma after it. */
    public Installation group(String fields) {
        extra = fields;
        return this;
    }

    public int port() {
        return port;
    }

    public Path folder() {
        return folder;
    }

    /** The configuration as JSON, which is YAML too. */
    public String text() {
        return ("{'keyServer': {'addresses': ['127.0.0.1', '127.0.0.2'], 'port': "
                        + port
                        + ", 'stateDirectory': '"
                        + folder.resolve("state")
                        + "', 'wrappingKeyFile': '"
                        + folder.resolve("wrapping.key")
                        + "', 'preSharedKeysFile': '"
                        + folder.resolve("psk")
                        + "'}, 'groups': [{"
                        + extra
                        + "'name': 'blue', 'id': 1234, 'members': ['127.0.0.8/29',"
                        + " '127.0.0.16/30'], 'policy': [{'action': 'PROTECT',"
                        + " 'source': '10.0.0.0/8', 'destination': '10.0.0.0/8'}],"
                        + " 'tek': {'lifetime': "
                        + tekLifetime
                        + "}, 'activationDelay': "
                        + activation
                        + ", 'deactivationDelay': "
                        + 3 * activation
                        + "}]}")
                .replace('\'', '"');
    }

    public KeyServerConfiguration configuration() throws IOException, InvalidConfiguration {
        return ConfigurationReader.read(JSON.readTree(text().getBytes(StandardCharsets.UTF_8)));
    }

    /** The same as a file for the program. */
    public Path file() throws IOException {
        Path file = folder.resolve("ks.yaml");
        Files.writeString(file, text());
        return file;
    }
}

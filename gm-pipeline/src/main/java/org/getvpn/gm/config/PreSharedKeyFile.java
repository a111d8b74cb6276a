// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.Destroyable;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.PreSharedKeyLines;

/**
 * Pre-shared keys by key server address, from a file that only its owner may read, in the form of
 * {@link PreSharedKeyLines}.
 */
public final class PreSharedKeyFile implements Destroyable {
    private static final int LARGEST = 1 << 20;

    private final Map<InetAddress, SecretBytes> keys;

    private PreSharedKeyFile(Map<InetAddress, SecretBytes> keys) {
        this.keys = Map.copyOf(keys);
    }

    /**
     * Reads the file whole.
     *
     * @throws IOException with a sentence that names the line and the remedy, never the secret
     */
    public static PreSharedKeyFile read(Path file) throws IOException {
        byte[] octets = octetsOf(file);
        try {
            return new PreSharedKeyFile(PreSharedKeyLines.parse(octets));
        } catch (PreSharedKeyLines.Refused e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    /** The key shared with that key server. */
    public Optional<SecretBytes> of(InetAddress keyServer) {
        return Optional.ofNullable(keys.get(keyServer));
    }

    @Override
    public void destroy() {
        keys.values().forEach(SecretBytes::destroy);
    }

    private static byte[] octetsOf(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "no such file; write a line \"10.255.0.1 \\\"secret\\\"\" per key server, then"
                            + " chmod 600 it");
        }
        Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        others.remove(PosixFilePermission.OWNER_READ);
        others.remove(PosixFilePermission.OWNER_WRITE);
        if (!others.isEmpty()) {
            throw new IOException("others than its owner may use it; run: chmod 600 " + file);
        }
        if (!Files.isReadable(file) || Files.size(file) > LARGEST) {
            throw new IOException("must be readable to this user and at most 1 MiB long");
        }
        return Files.readAllBytes(file);
    }
}

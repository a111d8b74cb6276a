// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.Destroyable;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.PreSharedKeyLines;

/**
 * Pre-shared keys by key server address, from a file that only its owner may read, in the form of
 * {@link PreSharedKeyLines}.
 */
public final class PreSharedKeyFile implements Destroyable {
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
        byte[] octets =
                SecretFile.read(
                        file,
                        "write a line \"10.255.0.1 \\\"secret\\\"\" per key server, then chmod"
                                + " 600 it");
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
}

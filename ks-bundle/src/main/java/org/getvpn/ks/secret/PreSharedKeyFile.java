// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.PreSharedKeyLines;

/**
 * Pre-shared keys by peer address, from a file of mode 0600 in the form of {@link
 * PreSharedKeyLines}.
 */
public final class PreSharedKeyFile {
    private final Map<InetAddress, SecretBytes> keys;

    /** No key for anybody. */
    public static PreSharedKeyFile none() {
        return new PreSharedKeyFile(Map.of());
    }

    private PreSharedKeyFile(Map<InetAddress, SecretBytes> keys) {
        this.keys = Map.copyOf(keys);
    }

    /**
     * Reads the file whole.
     *
     * @throws SecretFileRefused naming the line, never its secret
     */
    public static PreSharedKeyFile read(Path file) throws IOException {
        byte[] octets =
                SecretFile.read(file, "write a line \"address secret\" per member, mode 0600");
        try {
            return new PreSharedKeyFile(PreSharedKeyLines.parse(octets));
        } catch (PreSharedKeyLines.Refused e) {
            throw new SecretFileRefused(file + ": " + e.getMessage());
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    /** The key shared with that peer. */
    public Optional<SecretBytes> of(InetAddress peer) {
        return Optional.ofNullable(keys.get(peer));
    }

    /** How many peers have a key. */
    public int size() {
        return keys.size();
    }
}

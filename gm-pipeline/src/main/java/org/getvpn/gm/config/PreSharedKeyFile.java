// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.getvpn.gdoi.exchange.PhaseOneMode;
import org.getvpn.gdoi.exchange.PreSharedKeyLines;

/**
 * The file of the pre-shared keys, which only its owner may read, in the form of {@link
 * PreSharedKeyLines}.
 */
public final class PreSharedKeyFile {
    private PreSharedKeyFile() {}

    /**
     * Reads the file whole; the caller destroys the keys. Key servers are known by address in
     * either mode.
     *
     * @throws IOException with a sentence that names the line and the remedy, never the secret
     */
    public static PreSharedKeyLines read(Path file) throws IOException {
        byte[] octets =
                SecretFile.read(
                        file,
                        "write a line \"10.255.0.1 \\\"secret\\\"\" per key server, then chmod"
                                + " 600 it");
        try {
            return PreSharedKeyLines.parse(octets, PhaseOneMode.MAIN);
        } catch (PreSharedKeyLines.Refused e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }
}

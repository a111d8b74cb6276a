// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.getvpn.gdoi.exchange.PhaseOneMode;
import org.getvpn.gdoi.exchange.PreSharedKeyLines;

/** The file of the pre-shared keys, mode 0600, in the form of {@link PreSharedKeyLines}. */
public final class PreSharedKeyFile {
    private PreSharedKeyFile() {}

    /**
     * Reads the file whole.
     *
     * @param mode the most open one that the keys are for
     * @throws SecretFileRefused naming the line, never its secret
     */
    public static PreSharedKeyLines read(Path file, PhaseOneMode mode) throws IOException {
        byte[] octets =
                SecretFile.read(file, "write a line \"address secret\" per member, mode 0600");
        try {
            return PreSharedKeyLines.parse(octets, mode);
        } catch (PreSharedKeyLines.Refused e) {
            throw new SecretFileRefused(file + ": " + e.getMessage());
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }
}

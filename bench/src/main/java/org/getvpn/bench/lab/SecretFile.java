// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Files of one run with mode 0600, and the secrets in them. */
public final class SecretFile {
    private static final int SECRET_OCTETS = 32;

    private SecretFile() {}

    /** A new file, in place of an old one of that name. */
    public static Path write(Path folder, String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, String.join("\n", lines) + "\n");
    }

    /** 32 random octets in hexadecimal digits. */
    public static String fresh() {
        byte[] octets = new byte[SECRET_OCTETS];
        new SecureRandom().nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }
}

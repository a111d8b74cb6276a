// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.getvpn.gdoi.exchange.CredentialFiles;

/** Opens small files; those with secrets only if nobody but their owner may use them. */
final class SecretFile {
    /** For certificates and their keys. */
    static final CredentialFiles.Opener OPENER =
            new CredentialFiles.Opener() {
                @Override
                public byte[] openSecret(Path file) throws IOException {
                    return SecretFile.read(file, "make it with openssl genpkey, then chmod 600 it");
                }

                @Override
                public byte[] open(Path file) throws IOException {
                    return SecretFile.readPublic(file, "name the file where it is");
                }
            };

    private static final int LARGEST = 1 << 20;

    private SecretFile() {}

    /**
     * The octets; the caller zeroes them.
     *
     * @param remedy what to do if there is no such file
     */
    static byte[] read(Path file, String remedy) throws IOException {
        if (Files.isRegularFile(file)) {
            Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
            others.remove(PosixFilePermission.OWNER_READ);
            others.remove(PosixFilePermission.OWNER_WRITE);
            if (!others.isEmpty()) {
                throw new IOException("others than its owner may use it; run: chmod 600 " + file);
            }
        }
        return readPublic(file, remedy);
    }

    private static byte[] readPublic(Path file, String remedy) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("no such file; " + remedy);
        }
        if (!Files.isReadable(file) || Files.size(file) > LARGEST) {
            throw new IOException("must be readable to this user and at most 1 MiB long");
        }
        return Files.readAllBytes(file);
    }
}

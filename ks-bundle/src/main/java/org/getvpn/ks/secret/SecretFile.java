// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Reads and writes small files that only their owner may see (mode 0600). */
final class SecretFile {
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final int LARGEST = 1 << 20;

    private SecretFile() {}

    /**
     * The octets; the caller zeroes them.
     *
     * @param remedy what to do if there is no such file
     */
    static byte[] read(Path file, String remedy) throws IOException {
        try {
            Set<PosixFilePermission> others = Files.getPosixFilePermissions(file);
            others.removeAll(OWNER);
            if (!others.isEmpty()) {
                throw new SecretFileRefused(
                        file
                                + ": others than its owner may use it ("
                                + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                                + "); run: chmod 600 "
                                + file);
            }
            return readPublic(file);
        } catch (NoSuchFileException e) {
            throw new SecretFileRefused(file + ": no such file; " + remedy);
        }
    }

    /** The octets of a file that everybody may see. */
    static byte[] readPublic(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new SecretFileRefused(file + ": no such file");
        }
        if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
            throw new SecretFileRefused(file + ": must be a plain file of at most 1 MiB");
        }
        return Files.readAllBytes(file);
    }

    /** Writes a new file; refuses to touch one that exists. */
    static void create(Path file, byte[] octets) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(OWNER))) {
            ByteBuffer rest = ByteBuffer.wrap(octets);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new SecretFileRefused(
                    file + ": exists already; choose another name, or remove it first");
        } catch (NoSuchFileException e) {
            throw new SecretFileRefused(
                    file + ": its folder does not exist; run: mkdir -p " + file.getParent());
        }
    }

    /** Replaces the contents so that a crash leaves either the old ones or the new ones. */
    static void replace(Path file, byte[] octets) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        create(fresh, octets);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder =
                FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}

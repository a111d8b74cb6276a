// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * The file of the wrapping key: mode 0600, outside the store's folder, one key of 64 hexadecimal
 * digits per line. The first line is the key in use; further lines are former keys, which only open
 * records that have not been sealed anew. Lines that begin with {@code #} are comments.
 */
public final class WrappingKeyFile {
    private static final int DIGITS = 2 * WrappingKey.LENGTH;
    private static final int MOST_KEYS = 8;

    private WrappingKeyFile() {}

    /**
     * The keys, the one in use first.
     *
     * @throws SecretFileRefused if the file is missing, open to others, or not in its form
     */
    public static WrappingKeys read(Path file) throws IOException {
        byte[] octets =
                SecretFile.read(
                        file,
                        "make a key with: java -jar getvpn-ks.jar --make-wrapping-key " + file);
        try {
            List<WrappingKey> keys = new ArrayList<>();
            int line = 0;
            for (int start = 0; start < octets.length; ) {
                int end = start;
                while (end < octets.length && octets[end] != '\n') {
                    end++;
                }
                line++;
                if (end > start && octets[start] != '#') {
                    keys.add(key(file, line, octets, start, end));
                }
                start = end + 1;
            }
            if (keys.isEmpty() || keys.size() > MOST_KEYS) {
                throw new SecretFileRefused(
                        file + ": must hold 1 to 8 keys of 64 hexadecimal digits, one a line");
            }
            return new WrappingKeys(keys);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private static WrappingKey key(Path file, int line, byte[] octets, int start, int end)
            throws SecretFileRefused {
        byte[] key = end - start == DIGITS ? Hex.octets(octets, start, DIGITS) : null;
        if (key == null) {
            throw new SecretFileRefused(
                    file + ": line " + line + " must be 64 hexadecimal digits and nothing else");
        }
        return new WrappingKey(SecretBytes.wrap(key));
    }

    /** Makes a new file with a new key. */
    public static void make(Path file, SecureRandom random) throws IOException {
        byte[] line = freshLine(random);
        try {
            SecretFile.create(file, line);
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    /**
     * Puts a new key before those in the file. The next start seals every record anew; the former
     * keys may go from the file after that.
     */
    public static void rotate(Path file, SecureRandom random) throws IOException {
        read(file).destroy();
        byte[] former = SecretFile.read(file, "");
        byte[] line = freshLine(random);
        byte[] both = Arrays.copyOf(line, line.length + former.length);
        System.arraycopy(former, 0, both, line.length, former.length);
        try {
            SecretFile.replace(file, both);
        } finally {
            Arrays.fill(former, (byte) 0);
            Arrays.fill(line, (byte) 0);
            Arrays.fill(both, (byte) 0);
        }
    }

    private static byte[] freshLine(SecureRandom random) {
        byte[] key = new byte[WrappingKey.LENGTH];
        random.nextBytes(key);
        byte[] ascii = Hex.ascii(key);
        byte[] line = Arrays.copyOf(ascii, ascii.length + 1);
        line[ascii.length] = '\n';
        Arrays.fill(key, (byte) 0);
        Arrays.fill(ascii, (byte) 0);
        return line;
    }
}

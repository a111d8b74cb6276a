// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.Destroyable;
import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * Pre-shared keys by key server address, from a file that only its owner may read. A line is {@code
 * address secret}; the secret stands in double quotes or as {@code 0x} and hexadecimal digits;
 * {@code #} begins a comment. No wildcard: one key for all lets any member pose as the key server.
 */
public final class PreSharedKeyFile implements Destroyable {
    private static final int SHORTEST = 8;
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
        Map<InetAddress, SecretBytes> keys = new HashMap<>();
        byte[] octets = octetsOf(file);
        try {
            int line = 0;
            for (int start = 0; start < octets.length; ) {
                int end = start;
                while (end < octets.length && octets[end] != '\n') {
                    end++;
                }
                int from = skipBlanks(octets, start, end);
                line++;
                if (from < end && octets[from] != '#') {
                    entry("line " + line + " ", octets, from, end, keys);
                }
                start = end + 1;
            }
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
        return new PreSharedKeyFile(keys);
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

    private static void entry(
            String line, byte[] octets, int start, int end, Map<InetAddress, SecretBytes> keys)
            throws IOException {
        int blank = start;
        while (blank < end && !isBlank(octets[blank])) {
            blank++;
        }
        String text = new String(octets, start, blank - start, StandardCharsets.US_ASCII);
        Optional<InetAddress> address = AddressText.address(text);
        if (address.isEmpty()) {
            throw new IOException(line + "must begin with an IP address, like 10.255.0.1");
        }
        SecretBytes secret = secret(line, octets, skipBlanks(octets, blank, end), end);
        if (keys.putIfAbsent(address.get(), secret) != null) {
            throw new IOException(line + "gives " + text + " a second key; remove one");
        }
    }

    private static SecretBytes secret(String line, byte[] octets, int start, int end)
            throws IOException {
        int last = end;
        while (last > start && isBlank(octets[last - 1])) {
            last--;
        }
        byte[] secret = new byte[0];
        if (last - start >= 2 && octets[start] == '"' && octets[last - 1] == '"') {
            secret = Arrays.copyOfRange(octets, start + 1, last - 1);
        } else if (last - start >= 4 && octets[start] == '0' && octets[start + 1] == 'x') {
            secret = hex(octets, start + 2, last);
        }
        if (secret.length < SHORTEST) {
            throw new IOException(
                    line
                            + "must be: address, blank, then a secret of at least "
                            + SHORTEST
                            + " octets in double quotes, or as 0x and an even number of"
                            + " hexadecimal digits");
        }
        return SecretBytes.wrap(secret);
    }

    /** Without a String of the secret; empty if a character is no digit. */
    private static byte[] hex(byte[] ascii, int start, int end) {
        byte[] octets = new byte[(end - start) / 2];
        for (int i = start; i < end; i++) {
            if (!HexFormat.isHexDigit(ascii[i]) || (end - start) % 2 != 0) {
                return new byte[0];
            }
            octets[(i - start) / 2] =
                    (byte) (octets[(i - start) / 2] << 4 | HexFormat.fromHexDigit(ascii[i]));
        }
        return octets;
    }

    private static int skipBlanks(byte[] octets, int start, int end) {
        int from = start;
        while (from < end && isBlank(octets[from])) {
            from++;
        }
        return from;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t' || octet == '\r';
    }
}

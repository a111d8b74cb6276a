// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.ks.config.AddressText;

/**
 * Pre-shared keys by peer address, from a file of mode 0600. A line is {@code address secret}; the
 * secret stands in double quotes or as {@code 0x} and hexadecimal digits; {@code #} begins a
 * comment. Every peer has its own line: there is no wildcard, because one shared key lets any
 * member pose as the key server.
 */
public final class PreSharedKeyFile {
    private static final int SHORTEST = 8;

    private final Map<InetAddress, SecretBytes> keys;

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
        Map<InetAddress, SecretBytes> keys = new HashMap<>();
        try {
            int line = 0;
            for (int start = 0; start < octets.length; ) {
                int end = start;
                while (end < octets.length && octets[end] != '\n') {
                    end++;
                }
                line++;
                int from = skipBlanks(octets, start, end);
                if (from < end && octets[from] != '#') {
                    entry(file + ": line " + line, octets, from, end, keys);
                }
                start = end + 1;
            }
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
        return new PreSharedKeyFile(keys);
    }

    /** The key shared with that peer. */
    public Optional<SecretBytes> of(InetAddress peer) {
        return Optional.ofNullable(keys.get(peer));
    }

    /** How many peers have a key. */
    public int size() {
        return keys.size();
    }

    private static void entry(
            String place, byte[] octets, int start, int end, Map<InetAddress, SecretBytes> keys)
            throws SecretFileRefused {
        int blank = start;
        while (blank < end && octets[blank] != ' ' && octets[blank] != '\t') {
            blank++;
        }
        String text = new String(octets, start, blank - start, StandardCharsets.US_ASCII);
        Optional<InetAddress> address = AddressText.parse(text);
        if (address.isEmpty()) {
            throw new SecretFileRefused(
                    place + " must begin with an IP address (no name, no *), like 10.1.0.2");
        }
        byte[] secret = secret(place, octets, skipBlanks(octets, blank, end), end);
        if (keys.putIfAbsent(address.get(), SecretBytes.wrap(secret)) != null) {
            throw new SecretFileRefused(place + " gives " + text + " a second key: remove one");
        }
    }

    private static byte[] secret(String place, byte[] octets, int start, int end)
            throws SecretFileRefused {
        int last = end;
        while (last > start && isBlank(octets[last - 1])) {
            last--;
        }
        byte[] secret = null;
        if (last - start >= 2 && octets[start] == '"' && octets[last - 1] == '"') {
            secret = Arrays.copyOfRange(octets, start + 1, last - 1);
        } else if (last - start >= 4
                && (last - start) % 2 == 0
                && octets[start] == '0'
                && octets[start + 1] == 'x') {
            secret = Hex.octets(octets, start + 2, last - start - 2);
        }
        if (secret == null || secret.length < SHORTEST) {
            throw new SecretFileRefused(
                    place
                            + " must be: address, blank, then a secret of at least 8 octets in"
                            + " double quotes or as 0x and hexadecimal digits");
        }
        return secret;
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

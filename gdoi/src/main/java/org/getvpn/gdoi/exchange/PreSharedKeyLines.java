// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.IpLiteral;

/**
 * Pre-shared keys as an operator writes them. A line is {@code address secret}; the secret stands
 * in double quotes or as {@code 0x} and hexadecimal digits; {@code #} begins a comment. Every peer
 * has its own line: there is no wildcard, because one shared key lets any member pose as the key
 * server. No String ever holds a secret.
 */
public final class PreSharedKeyLines {
    /** Octets of the shortest secret that is accepted. */
    public static final int SHORTEST = 8;

    private final byte[] octets;
    private final Map<InetAddress, SecretBytes> keys = new HashMap<>();
    private int line;

    private PreSharedKeyLines(byte[] octets) {
        this.octets = octets;
    }

    /**
     * Reads all lines.
     *
     * @param octets the contents of a file, which the caller zeroes
     * @return a secret for each address; the caller owns them
     * @throws Refused naming the line and the remedy, never a secret
     */
    public static Map<InetAddress, SecretBytes> parse(byte[] octets) throws Refused {
        PreSharedKeyLines lines = new PreSharedKeyLines(octets);
        try {
            lines.readAll();
        } catch (Refused e) {
            lines.keys.values().forEach(SecretBytes::destroy);
            throw e;
        }
        return Map.copyOf(lines.keys);
    }

    private void readAll() throws Refused {
        for (int start = 0; start < octets.length; ) {
            int end = start;
            while (end < octets.length && octets[end] != '\n') {
                end++;
            }
            line++;
            int from = skipBlanks(start, end);
            if (from < end && octets[from] != '#') {
                readEntry(from, end);
            }
            start = end + 1;
        }
    }

    private void readEntry(int start, int end) throws Refused {
        int blank = start;
        while (blank < end && !isBlank(octets[blank])) {
            blank++;
        }
        String text = new String(octets, start, blank - start, StandardCharsets.US_ASCII);
        Optional<InetAddress> address = IpLiteral.parse(text);
        if (address.isEmpty()) {
            throw refused("must begin with an IP address (no name, no *), like 10.1.0.2");
        }
        if (keys.containsKey(address.get())) {
            throw refused("gives " + text + " a second key: remove one");
        }
        keys.put(address.get(), secret(skipBlanks(blank, end), end));
    }

    private SecretBytes secret(int start, int end) throws Refused {
        int last = end;
        while (last > start && isBlank(octets[last - 1])) {
            last--;
        }
        byte[] secret = null;
        if (last - start >= 2 && octets[start] == '"' && octets[last - 1] == '"') {
            secret = Arrays.copyOfRange(octets, start + 1, last - 1);
        } else if (last - start >= 4 && octets[start] == '0' && octets[start + 1] == 'x') {
            secret = hexadecimal(start + 2, last);
        }
        if (secret == null || secret.length < SHORTEST) {
            throw refused(
                    "must be: address, blank, then a secret of at least "
                            + SHORTEST
                            + " octets in double quotes, or as 0x and an even number of"
                            + " hexadecimal digits");
        }
        return SecretBytes.wrap(secret);
    }

    /** Null if a character is no digit, or one is missing. */
    private byte[] hexadecimal(int start, int end) {
        if ((end - start) % 2 != 0) {
            return null;
        }
        byte[] value = new byte[(end - start) / 2];
        for (int i = 0; i < value.length; i++) {
            int high = Character.digit(octets[start + 2 * i], 16);
            int low = Character.digit(octets[start + 2 * i + 1], 16);
            if (high < 0 || low < 0) {
                return null;
            }
            value[i] = (byte) (high << 4 | low);
        }
        return value;
    }

    private int skipBlanks(int start, int end) {
        int from = start;
        while (from < end && isBlank(octets[from])) {
            from++;
        }
        return from;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t' || octet == '\r';
    }

    private Refused refused(String remedy) {
        return new Refused("line " + line + " " + remedy);
    }

    /** A line in another form; the message names it and says what it must be. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }
}

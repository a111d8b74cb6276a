// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.security.auth.Destroyable;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.IpLiteral;

/**
 * Pre-shared keys as an operator writes them. A line is {@code address secret}; the secret stands
 * in double quotes or as {@code 0x} and hexadecimal digits; {@code #} begins a comment. In place of
 * the address may stand a name in the form of {@link IdentityText}, without blanks, which only
 * Aggressive Mode can look up. Every peer has its own line: there is no wildcard, because one
 * shared key lets any member pose as the key server. No String ever holds a secret.
 */
public final class PreSharedKeyLines implements PreSharedKeys, Destroyable {
    /** Octets of the shortest secret that is accepted. */
    public static final int SHORTEST = 8;

    /** An address with a mistake in it, which would pass for a domain name. */
    private static final Pattern NUMBERS = Pattern.compile("[0-9./]*");

    private byte[] octets;
    private final Map<String, SecretBytes> keys = new HashMap<>();
    private final PhaseOneMode mode;
    private int line;

    private PreSharedKeyLines(byte[] octets, PhaseOneMode mode) {
        this.octets = octets;
        this.mode = mode;
    }

    /**
     * Reads all lines.
     *
     * @param octets the contents of a file, which the caller zeroes
     * @param mode the one that the keys are for: Main Mode finds a key by address alone
     * @throws Refused naming the line and the remedy, never a secret
     */
    public static PreSharedKeyLines parse(byte[] octets, PhaseOneMode mode) throws Refused {
        PreSharedKeyLines lines = new PreSharedKeyLines(octets, mode);
        try {
            lines.readAll();
        } catch (Refused e) {
            lines.destroy();
            throw e;
        } finally {
            lines.octets = new byte[0];
        }
        return lines;
    }

    /** No key for anybody. */
    public static PreSharedKeyLines none() {
        return new PreSharedKeyLines(new byte[0], PhaseOneMode.MAIN);
    }

    @Override
    public Optional<SecretBytes> sharedWith(InetAddress peer) {
        return Optional.ofNullable(keys.get(peer.getHostAddress()));
    }

    @Override
    public Optional<SecretBytes> sharedWith(String name) {
        return Optional.ofNullable(keys.get(canonical(name)));
    }

    /** How many peers have a key. */
    public int size() {
        return keys.size();
    }

    /** Zeroes all secrets. */
    @Override
    public void destroy() {
        keys.values().forEach(SecretBytes::destroy);
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
        String peer = peer(text);
        if (keys.containsKey(peer)) {
            throw refused("gives " + text + " a second key: remove one");
        }
        keys.put(peer, secret(skipBlanks(blank, end), end));
    }

    private String peer(String text) throws Refused {
        Optional<InetAddress> address = IpLiteral.parse(text);
        if (address.isPresent()) {
            return address.get().getHostAddress();
        }
        try {
            if (mode == PhaseOneMode.AGGRESSIVE && !NUMBERS.matcher(text).matches()) {
                return canonical(IdentityText.of(IdentityText.parse(text)));
            }
        } catch (IllegalArgumentException e) {
            // as what is no name at all
        }
        throw refused(
                mode == PhaseOneMode.MAIN
                        ? "must begin with an IP address (no *), like 10.1.0.2; a name needs"
                                + " Aggressive Mode"
                        : "must begin with an IP address (no *), like 10.1.0.2, or with a name,"
                                + " like gm1.example.org");
    }

    /** Names are the same in upper and lower case (RFC 4343); a key id is not. */
    private static String canonical(String name) {
        return name.startsWith("keyid:") ? name : name.toLowerCase(Locale.ROOT);
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

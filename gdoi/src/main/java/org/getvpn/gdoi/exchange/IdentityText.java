// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.util.IPAddress;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.IdentificationType;

/**
 * Phase 1 identities as an operator writes them (RFC 2407, section 4.6.2.1): {@code 10.1.0.2},
 * {@code gm1.example.org}, {@code gm1@example.org}, {@code CN=gm1,O=Example}, {@code
 * keyid:branch7}.
 */
public final class IdentityText {
    private static final String KEY_ID = "keyid:";
    private static final int LONGEST = 255;
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");
    private static final Pattern USER = Pattern.compile("[!-?A-~]+@[A-Za-z0-9_.-]+");

    private IdentityText() {}

    /**
     * The identity. No name is ever looked up.
     *
     * @throws IllegalArgumentException that says what may stand there
     */
    public static Identification parse(String text) {
        if (text.length() <= LONGEST) {
            if (IPAddress.isValid(text)) {
                return Identification.of(address(text));
            }
            if (text.startsWith(KEY_ID) && text.length() > KEY_ID.length()) {
                return named(IdentificationType.KEY_ID, text.substring(KEY_ID.length()));
            }
            if (text.indexOf('=') > 0) {
                return new Identification(
                        IdentificationType.DER_ASN1_DN, 0, 0, principal(text).getEncoded());
            }
            if (USER.matcher(text).matches()) {
                return named(IdentificationType.USER_FQDN, text);
            }
            if (NAME.matcher(text).matches()) {
                return named(IdentificationType.FQDN, text);
            }
        }
        throw wrong();
    }

    private static Identification named(IdentificationType type, String text) {
        return new Identification(type, 0, 0, text.getBytes(StandardCharsets.UTF_8));
    }

    private static X500Principal principal(String text) {
        try {
            return new X500Principal(text);
        } catch (IllegalArgumentException e) {
            throw wrong();
        }
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw wrong();
        }
    }

    /**
     * As {@link #parse} reads it; where that cannot be, something that no operator would write. So
     * a peer that calls itself by a domain name of {@code 10.1.0.2} or {@code CN=gm1} is not taken
     * for the address or the distinguished name.
     */
    static String of(Identification identity) {
        if (identity.type().equals(IdentificationType.DER_ASN1_DN)) {
            try {
                return new X500Principal(identity.data()).getName();
            } catch (IllegalArgumentException e) {
                return identity.toString();
            }
        }
        String text =
                identity.type().equals(IdentificationType.KEY_ID)
                        ? KEY_ID + printable(identity.data())
                        : identity.text();
        try {
            return parse(text).type().equals(identity.type()) ? text : identity.toString();
        } catch (IllegalArgumentException e) {
            return identity.toString();
        }
    }

    /** Empty if it is not. */
    private static String printable(byte[] octets) {
        String text = new String(octets, StandardCharsets.US_ASCII);
        return text.chars().allMatch(c -> c >= 0x20 && c < 0x7f) ? text : "";
    }

    /** Whether an identity is the one that an operator wrote. */
    static boolean isNamed(Identification identity, String text) {
        if (!identity.type().equals(IdentificationType.DER_ASN1_DN)) {
            return of(identity).equalsIgnoreCase(text);
        }
        try {
            return new X500Principal(identity.data()).equals(new X500Principal(text));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException(
                "must be an address, a domain name, user@domain, a distinguished name like"
                        + " CN=gm1,O=Example, or keyid:TEXT");
    }
}

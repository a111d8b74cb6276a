// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * A pattern of Phase 1 identities that are no addresses, as an operator writes it. {@code *} stands
 * for one or more characters: in {@code fqdn:} within one label, in {@code user:} and in the values
 * of {@code dn:} and {@code certificate:} any. Upper and lower case are the same, but not in {@code
 * keyid:}.
 *
 * <ul>
 *   <li>{@code fqdn:*.wan.example.org}
 *   <li>{@code user:*@example.org}
 *   <li>{@code dn:CN=*,OU=WAN,O=Example}: a distinguished name of these parts, in this order
 *   <li>{@code certificate:OU=WAN,O=Example}: whatever the identity is, the subject of the
 *       certificate that proved it has these parts, among others
 *   <li>{@code keyid:branch7}
 * </ul>
 */
public final class IdentityPattern {
    private static final int FQDN = 2;
    private static final int USER_FQDN = 3;
    private static final int DER_ASN1_DN = 9;
    private static final int KEY_ID = 11;
    private static final String REMEDY =
            "must be fqdn:*.example.org, user:*@example.org, dn:CN=*,O=Example,"
                    + " certificate:OU=WAN or keyid:TEXT; addresses belong into members";

    /** What is matched; the name is what an operator writes before the colon. */
    private enum Kind {
        FQDN_NAME("fqdn:", FQDN),
        USER_NAME("user:", USER_FQDN),
        SUBJECT("dn:", DER_ASN1_DN),
        CERTIFICATE("certificate:", 0),
        KEY("keyid:", KEY_ID);

        private final String prefix;
        private final int type;

        Kind(String prefix, int type) {
            this.prefix = prefix;
            this.type = type;
        }
    }

    /** One part of a distinguished name: attribute and the pattern of its value. */
    private static final class Part {
        private final String attribute;
        private final Pattern value;

        Part(String attribute, Pattern value) {
            this.attribute = attribute;
            this.value = value;
        }

        boolean matches(Rdn rdn) {
            return rdn.size() == 1
                    && rdn.getType().equalsIgnoreCase(attribute)
                    && rdn.getValue() instanceof String
                    && value.matcher((String) rdn.getValue()).matches();
        }
    }

    private final String text;
    private final Kind kind;
    private final Pattern name;
    private final List<Part> parts;

    private IdentityPattern(String text, Kind kind, Pattern name, List<Part> parts) {
        this.text = text;
        this.kind = kind;
        this.name = name;
        this.parts = List.copyOf(parts);
    }

    /**
     * The pattern.
     *
     * @throws IllegalArgumentException that says what may stand there
     */
    public static IdentityPattern parse(String text) {
        for (Kind kind : Kind.values()) {
            if (text.startsWith(kind.prefix) && text.length() > kind.prefix.length()) {
                String rest = text.substring(kind.prefix.length());
                switch (kind) {
                    case FQDN_NAME:
                        return new IdentityPattern(text, kind, glob(rest, "[^.]+"), List.of());
                    case USER_NAME:
                        return new IdentityPattern(text, kind, glob(rest, ".+"), List.of());
                    case KEY:
                        return new IdentityPattern(
                                text, kind, Pattern.compile(Pattern.quote(text)), List.of());
                    default:
                        return new IdentityPattern(text, kind, null, parts(rest));
                }
            }
        }
        throw new IllegalArgumentException(REMEDY);
    }

    private static List<Part> parts(String name) {
        List<Part> parts = new ArrayList<>();
        for (Rdn rdn : rdns(name).orElseThrow(() -> new IllegalArgumentException(REMEDY))) {
            if (rdn.size() != 1 || !(rdn.getValue() instanceof String)) {
                throw new IllegalArgumentException(
                        "each part of the name must be one ATTRIBUTE=VALUE");
            }
            parts.add(new Part(rdn.getType(), glob((String) rdn.getValue(), ".+")));
        }
        return parts;
    }

    private static Pattern glob(String text, String star) {
        StringBuilder expression = new StringBuilder();
        for (String piece : text.split("((?<=\\*)|(?=\\*))")) {
            expression.append(piece.equals("*") ? star : Pattern.quote(piece));
        }
        return Pattern.compile(
                expression.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    /** In the order written, which {@link LdapName} turns round; empty if it is none. */
    private static Optional<List<Rdn>> rdns(String name) {
        try {
            return Optional.of(new LdapName(name).getRdns());
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether a proven identity fits.
     *
     * @param type identification type (RFC 2407, section 4.6.2.1)
     * @param identity as an operator writes it
     * @param subject of the certificate that proved it, as RFC 2253 writes it; null without one
     */
    public boolean matches(int type, String identity, String subject) {
        if (kind == Kind.CERTIFICATE) {
            List<Rdn> rdns = subject == null ? List.of() : rdns(subject).orElse(List.of());
            return parts.stream().allMatch(part -> rdns.stream().anyMatch(part::matches));
        }
        if (type != kind.type) {
            return false;
        }
        if (kind != Kind.SUBJECT) {
            return name.matcher(identity).matches();
        }
        List<Rdn> rdns = rdns(identity).orElse(List.of());
        if (rdns.size() != parts.size()) {
            return false;
        }
        for (int i = 0; i < rdns.size(); i++) {
            if (!parts.get(i).matches(rdns.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return text;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.crypto.DiffieHellmanGroup;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.Prf;

/**
 * A Phase 1 suite as an operator writes it: cipher, hash, Diffie-Hellman group and, where it is not
 * the pre-shared key, the authentication method, for example {@code aes256-sha256-ecp256} or {@code
 * aes256-sha256-ecp256-rsa} (RFC 2409, appendix A; RFC 4754; RFC 5903).
 */
public final class PhaseOneProposal {
    private final IsakmpCipher.Algorithm cipher;
    private final Prf prf;
    private final DiffieHellmanGroup group;
    private final AuthenticationMethod method;

    private PhaseOneProposal(
            IsakmpCipher.Algorithm cipher,
            Prf prf,
            DiffieHellmanGroup group,
            AuthenticationMethod method) {
        this.cipher = Objects.requireNonNull(cipher);
        this.prf = Objects.requireNonNull(prf);
        this.group = Objects.requireNonNull(group);
        this.method = Objects.requireNonNull(method);
    }

    static PhaseOneProposal of(
            IsakmpCipher.Algorithm cipher,
            Prf prf,
            DiffieHellmanGroup group,
            AuthenticationMethod method) {
        return new PhaseOneProposal(cipher, prf, group, method);
    }

    /**
     * Reads {@code cipher-hash-group} or {@code cipher-hash-group-method}; without a method, {@code
     * psk}. What is too weak today is refused.
     *
     * @throws IllegalArgumentException that names the value and what may stand there
     */
    public static PhaseOneProposal parse(String text) {
        return parse(text, LegacyAlgorithms.REFUSED);
    }

    /**
     * As above.
     *
     * @param legacy whether {@code 3des}, {@code sha1} and groups below {@code modp2048} count
     * @throws IllegalArgumentException that names the value and what may stand there
     */
    public static PhaseOneProposal parse(String text, LegacyAlgorithms legacy) {
        String[] parts = text.trim().toLowerCase(Locale.ROOT).split("-", -1);
        if (parts.length != 3 && parts.length != 4) {
            throw wrong(text, text, "cipher-hash-group or cipher-hash-group-method");
        }
        IsakmpCipher.Algorithm cipher = null;
        List<String> ciphers = new ArrayList<>();
        for (IsakmpCipher.Algorithm candidate : IsakmpCipher.Algorithm.values()) {
            if (!candidate.isLegacy() || legacy == LegacyAlgorithms.ALLOWED) {
                ciphers.add(candidate.label());
                cipher = candidate.label().equals(parts[0]) ? candidate : cipher;
            }
        }
        Prf prf = null;
        List<String> hashes = new ArrayList<>();
        for (Prf candidate : Prf.values()) {
            if (!candidate.isLegacy() || legacy == LegacyAlgorithms.ALLOWED) {
                hashes.add(candidate.label());
                prf = candidate.label().equals(parts[1]) ? candidate : prf;
            }
        }
        DiffieHellmanGroup group = null;
        List<String> groups = new ArrayList<>();
        for (DiffieHellmanGroup candidate : DiffieHellmanGroup.values()) {
            if (!candidate.isLegacy() || legacy == LegacyAlgorithms.ALLOWED) {
                groups.add(candidate.label());
                group = candidate.label().equals(parts[2]) ? candidate : group;
            }
        }
        AuthenticationMethod method =
                parts.length == 3 ? AuthenticationMethod.PRE_SHARED_KEY : null;
        List<String> methods = new ArrayList<>();
        for (AuthenticationMethod candidate : AuthenticationMethod.values()) {
            methods.add(candidate.label());
            if (parts.length == 4 && candidate.label().equals(parts[3])) {
                method = candidate;
            }
        }
        if (legacy == LegacyAlgorithms.REFUSED) {
            checkStrength(text);
        }
        if (cipher == null) {
            throw wrong(text, parts[0], String.join(", ", ciphers));
        }
        if (prf == null) {
            throw wrong(text, parts[1], String.join(", ", hashes));
        }
        if (group == null) {
            throw wrong(text, parts[2], String.join(", ", groups));
        }
        if (method == null) {
            throw wrong(text, parts[3], String.join(", ", methods));
        }
        return new PhaseOneProposal(cipher, prf, group, method);
    }

    private static void checkStrength(String text) {
        PhaseOneProposal weak;
        try {
            weak = parse(text, LegacyAlgorithms.ALLOWED);
        } catch (IllegalArgumentException e) {
            return;
        }
        if (!weak.weaknesses().isEmpty()) {
            throw new IllegalArgumentException(
                    "Phase 1 proposal \""
                            + text
                            + "\": "
                            + String.join(", ", weak.weaknesses())
                            + " is too weak: allow legacy algorithms if the peer can do no better");
        }
    }

    private static IllegalArgumentException wrong(String text, String part, String allowed) {
        return new IllegalArgumentException(
                "Phase 1 proposal \""
                        + text
                        + "\": \""
                        + part
                        + "\" is not known; use "
                        + allowed
                        + ", for example aes256-sha256-ecp256");
    }

    /** Encryption with its key length. */
    public IsakmpCipher.Algorithm cipher() {
        return cipher;
    }

    /** Hash, and the pseudo-random function made of it. */
    public Prf prf() {
        return prf;
    }

    /** Diffie-Hellman group. */
    public DiffieHellmanGroup group() {
        return group;
    }

    /** How the peers prove who they are. */
    public AuthenticationMethod method() {
        return method;
    }

    /** The labels of what in it is too weak today; empty for most. */
    public List<String> weaknesses() {
        List<String> weak = new ArrayList<>();
        if (cipher.isLegacy()) {
            weak.add(cipher.label());
        }
        if (prf.isLegacy()) {
            weak.add(prf.label());
        }
        if (group.isLegacy()) {
            weak.add(group.label());
        }
        return weak;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PhaseOneProposal && toString().equals(other.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        String suite = cipher.label() + "-" + prf.label() + "-" + group.label();
        return method.usesPreSharedKey() ? suite : suite + "-" + method.label();
    }
}

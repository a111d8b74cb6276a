// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.getvpn.gdoi.crypto.DiffieHellmanGroup;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.Prf;

/**
 * A Phase 1 suite as an operator writes it: cipher, hash and Diffie-Hellman group, for example
 * {@code aes256-sha256-ecp256} (RFC 2409, appendix A; RFC 5903).
 */
public final class PhaseOneProposal {
    private final IsakmpCipher.Algorithm cipher;
    private final Prf prf;
    private final DiffieHellmanGroup group;

    private PhaseOneProposal(IsakmpCipher.Algorithm cipher, Prf prf, DiffieHellmanGroup group) {
        this.cipher = Objects.requireNonNull(cipher);
        this.prf = Objects.requireNonNull(prf);
        this.group = Objects.requireNonNull(group);
    }

    static PhaseOneProposal of(IsakmpCipher.Algorithm cipher, Prf prf, DiffieHellmanGroup group) {
        return new PhaseOneProposal(cipher, prf, group);
    }

    /**
     * Reads {@code cipher-hash-group}.
     *
     * @throws IllegalArgumentException that names the value and what may stand there
     */
    public static PhaseOneProposal parse(String text) {
        String[] parts = text.trim().toLowerCase(Locale.ROOT).split("-", -1);
        if (parts.length != 3) {
            throw wrong(text, text, "cipher-hash-group");
        }
        IsakmpCipher.Algorithm cipher = null;
        List<String> ciphers = new ArrayList<>();
        for (IsakmpCipher.Algorithm candidate : IsakmpCipher.Algorithm.values()) {
            if (!candidate.isLegacy()) {
                ciphers.add(candidate.label());
                cipher = candidate.label().equals(parts[0]) ? candidate : cipher;
            }
        }
        Prf prf = null;
        List<String> hashes = new ArrayList<>();
        for (Prf candidate : Prf.values()) {
            if (!candidate.isLegacy()) {
                hashes.add(candidate.label());
                prf = candidate.label().equals(parts[1]) ? candidate : prf;
            }
        }
        DiffieHellmanGroup group = null;
        List<String> groups = new ArrayList<>();
        for (DiffieHellmanGroup candidate : DiffieHellmanGroup.values()) {
            if (!candidate.isLegacy()) {
                groups.add(candidate.label());
                group = candidate.label().equals(parts[2]) ? candidate : group;
            }
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
        return new PhaseOneProposal(cipher, prf, group);
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
        return cipher.label() + "-" + prf.label() + "-" + group.label();
    }
}

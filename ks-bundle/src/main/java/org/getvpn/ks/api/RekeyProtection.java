// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.getvpn.gdoi.policy.Kek;

/**
 * What a group's rekey messages are encrypted and signed with (KEK_ALGORITHM, KEK_KEY_LENGTH and
 * SIG_HASH_ALGORITHM; RFC 6407, sections 5.3.1 to 5.3.3). The signature is RSA.
 */
public final class RekeyProtection {
    /** AES-256-CBC, SHA-256. */
    public static final RekeyProtection STANDARD =
            new RekeyProtection(Cipher.AES_CBC_256, Digest.SHA256);

    /** Encrypts rekey messages; the key of a KEK. */
    public enum Cipher {
        /** AES with a key of 16 octets */
        AES_CBC_128(16),
        /** AES with a key of 24 octets */
        AES_CBC_192(24),
        /** AES with a key of 32 octets */
        AES_CBC_256(32);

        private final int keyOctets;

        Cipher(int keyOctets) {
            this.keyOctets = keyOctets;
        }

        /** Octets of the key, the IV not among them. */
        public int keyOctets() {
            return keyOctets;
        }

        /** The name in a configuration. */
        public String text() {
            return "aes-cbc-" + 8 * keyOctets;
        }

        /** The one of that name in a configuration. */
        public static Optional<Cipher> named(String text) {
            return Arrays.stream(values()).filter(one -> one.text().equals(text)).findFirst();
        }

        /** Every name, for an error message. */
        public static String names() {
            return Arrays.stream(values()).map(Cipher::text).collect(Collectors.joining(", "));
        }
    }

    /** Hash of the signature over a rekey message. */
    public enum Digest {
        /** broken for signatures; for members that know nothing else */
        SHA1(Kek.SIGNATURE_HASH_SHA1),
        /** 32 octets */
        SHA256(Kek.SIGNATURE_HASH_SHA256),
        /** 48 octets */
        SHA384(Kek.SIGNATURE_HASH_SHA384),
        /** 64 octets */
        SHA512(Kek.SIGNATURE_HASH_SHA512);

        private final int number;

        Digest(int number) {
            this.number = number;
        }

        /** SIG_HASH_ALGORITHM. */
        public int number() {
            return number;
        }

        /** The name in a configuration. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The one of that name in a configuration. */
        public static Optional<Digest> named(String text) {
            return Arrays.stream(values()).filter(one -> one.text().equals(text)).findFirst();
        }

        /** Every name, for an error message. */
        public static String names() {
            return Arrays.stream(values()).map(Digest::text).collect(Collectors.joining(", "));
        }
    }

    private final Cipher cipher;
    private final Digest digest;

    /** Both are those of one KEK for its life. */
    public RekeyProtection(Cipher cipher, Digest digest) {
        this.cipher = Objects.requireNonNull(cipher);
        this.digest = Objects.requireNonNull(digest);
    }

    /** Encrypts rekey messages. */
    public Cipher cipher() {
        return cipher;
    }

    /** Hash of the signature. */
    public Digest digest() {
        return digest;
    }
}

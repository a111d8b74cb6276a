// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The cipher of a Phase 1 SA in CBC mode (RFC 2409, appendix B). It holds the key, not the chain:
 * the exchange keeps the last block and moves it only once a message has proven genuine.
 */
public final class IsakmpCipher {
    /** Cipher and key length as negotiated (RFC 2409, appendix A; RFC 3602). */
    public enum Algorithm {
        /** Triple DES: for old captures only. */
        TRIPLE_DES(5, "3des", "DESede", 24, 8, false, true),
        /** AES with a 128-bit key. */
        AES128(7, "aes128", "AES", 16, 16, true, false),
        /** AES with a 192-bit key. */
        AES192(7, "aes192", "AES", 24, 16, true, false),
        /** AES with a 256-bit key. */
        AES256(7, "aes256", "AES", 32, 16, true, false);

        private final int number;
        private final String label;
        private final String cipher;
        private final int keyOctets;
        private final int blockOctets;
        private final boolean variableKey;
        private final boolean legacy;

        Algorithm(
                int number,
                String label,
                String cipher,
                int keyOctets,
                int blockOctets,
                boolean variableKey,
                boolean legacy) {
            this.number = number;
            this.label = label;
            this.cipher = cipher;
            this.keyOctets = keyOctets;
            this.blockOctets = blockOctets;
            this.variableKey = variableKey;
            this.legacy = legacy;
        }

        /**
         * The one with that attribute value and key length, if it is spoken here.
         *
         * @param keyBits the key length attribute, 0 if it is absent
         */
        public static Optional<Algorithm> of(int number, int keyBits) {
            for (Algorithm algorithm : values()) {
                if (algorithm.number == number
                        && (algorithm.variableKey ? algorithm.keyOctets * 8 : 0) == keyBits) {
                    return Optional.of(algorithm);
                }
            }
            return Optional.empty();
        }

        /** Value of the encryption attribute. */
        public int number() {
            return number;
        }

        /** As an operator writes it. */
        public String label() {
            return label;
        }

        /** Octets of the key. */
        public int keyOctets() {
            return keyOctets;
        }

        /** Octets of a block and of an IV. */
        public int blockOctets() {
            return blockOctets;
        }

        /** Whether the proposal needs a key length attribute. */
        public boolean isVariableKey() {
            return variableKey;
        }

        /** Whether it is too weak to be offered without being asked for by name. */
        public boolean isLegacy() {
            return legacy;
        }
    }

    private final Algorithm algorithm;
    private final SecretKeySpec key;

    /**
     * @param key {@link Algorithm#keyOctets()} octets; copied
     */
    public IsakmpCipher(Algorithm algorithm, byte[] key) {
        if (key.length != algorithm.keyOctets) {
            throw new IllegalArgumentException(
                    algorithm + " with " + key.length + " octets of key");
        }
        this.algorithm = algorithm;
        this.key = new SecretKeySpec(key, algorithm.cipher);
    }

    /** Octets of a block and of an IV. */
    public int blockOctets() {
        return algorithm.blockOctets;
    }

    /** Pads with zero octets to a whole block and encrypts. */
    public byte[] encrypt(byte[] iv, byte[] plain) {
        int block = algorithm.blockOctets;
        return run(
                Cipher.ENCRYPT_MODE,
                iv,
                Arrays.copyOf(plain, (plain.length + block - 1) / block * block));
    }

    /**
     * Decrypts; the padding stays, since its length is not signalled.
     *
     * @throws IllegalArgumentException if {@code sealed} is empty or no whole number of blocks
     */
    public byte[] decrypt(byte[] iv, byte[] sealed) {
        if (!fits(sealed.length)) {
            throw new IllegalArgumentException(sealed.length + " octets are no whole blocks");
        }
        return run(Cipher.DECRYPT_MODE, iv, sealed);
    }

    /** Whether a ciphertext may have that length. */
    public boolean fits(int octets) {
        return octets > 0 && octets % algorithm.blockOctets == 0;
    }

    /** The IV of what follows {@code sealed} in the same chain. */
    public byte[] lastBlock(byte[] sealed) {
        return Arrays.copyOfRange(sealed, sealed.length - algorithm.blockOctets, sealed.length);
    }

    /** The first IV of Phase 1: hash(g^xi | g^xr), truncated. */
    public byte[] firstIv(Prf prf, byte[] initiatorValue, byte[] responderValue) {
        return Arrays.copyOf(prf.hash(initiatorValue, responderValue), algorithm.blockOctets);
    }

    /** The first IV of a later exchange: hash(last block of Phase 1 | M-ID), truncated. */
    public byte[] laterIv(Prf prf, byte[] lastPhaseOneBlock, int messageId) {
        byte[] id = {
            (byte) (messageId >>> 24),
            (byte) (messageId >>> 16),
            (byte) (messageId >>> 8),
            (byte) messageId
        };
        return Arrays.copyOf(prf.hash(lastPhaseOneBlock, id), algorithm.blockOctets);
    }

    private byte[] run(int mode, byte[] iv, byte[] octets) {
        try {
            Cipher cipher = Cipher.getInstance(algorithm.cipher + "/CBC/NoPadding");
            cipher.init(mode, key, new IvParameterSpec(iv));
            return cipher.doFinal(octets);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + algorithm.cipher, e);
        }
    }
}

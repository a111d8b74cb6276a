// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * The key that encrypts records before a store sees them: AES-256-GCM (NIST SP 800-38D) with a
 * random 96-bit nonce. Name and version of the record are authenticated with it, so that a record
 * cannot take another's place.
 *
 * <p>Sealed form: 1 octet form (1), 8 octets key identifier, 12 octets nonce, ciphertext, 16 octets
 * tag.
 */
public final class WrappingKey {
    /** Octets of a wrapping key. */
    public static final int LENGTH = 32;

    static final int ID_LENGTH = 8;
    private static final int FORM = 1;
    private static final int NONCE_LENGTH = 12;
    private static final int TAG_LENGTH = 16;
    private static final int OVERHEAD = 1 + ID_LENGTH + NONCE_LENGTH + TAG_LENGTH;

    private final SecretBytes key;
    private final byte[] id;

    /**
     * @param key 32 octets; belongs to this object from now on
     */
    public WrappingKey(SecretBytes key) {
        if (key.length() != LENGTH) {
            throw new IllegalArgumentException(
                    "wrapping key of " + key.length() + " octets: 32 needed");
        }
        this.key = key;
        this.id = identify(key);
    }

    /** Encrypts a record for the version that it will be written as. */
    byte[] seal(String name, long version, byte[] plain, SecureRandom random) {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, name, version);
            ByteBuffer sealed = ByteBuffer.allocate(plain.length + OVERHEAD);
            sealed.put((byte) FORM).put(id).put(nonce).put(cipher.doFinal(plain));
            return sealed.array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is part of every Java runtime", e);
        }
    }

    /** Whether this is the key of a sealed record. */
    boolean sealed(byte[] record) {
        return record.length >= OVERHEAD
                && record[0] == FORM
                && Arrays.equals(record, 1, 1 + ID_LENGTH, id, 0, ID_LENGTH);
    }

    /**
     * Decrypts a record.
     *
     * @throws UnreadableRecord if any bit of it, its name or its version is not what was sealed
     */
    SecretBytes open(String name, long version, byte[] sealed) {
        byte[] nonce = Arrays.copyOfRange(sealed, 1 + ID_LENGTH, 1 + ID_LENGTH + NONCE_LENGTH);
        int start = 1 + ID_LENGTH + NONCE_LENGTH;
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, nonce, name, version);
            return SecretBytes.wrap(cipher.doFinal(sealed, start, sealed.length - start));
        } catch (AEADBadTagException e) {
            throw new UnreadableRecord(
                    "record " + name + " was altered or moved: restore the state directory");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is part of every Java runtime", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String name, long version)
            throws GeneralSecurityException {
        byte[] exposed = key.expose();
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode,
                    new SecretKeySpec(exposed, "AES"),
                    new GCMParameterSpec(TAG_LENGTH * 8, nonce));
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            cipher.updateAAD(
                    ByteBuffer.allocate(1 + 8 + text.length)
                            .put((byte) FORM)
                            .putLong(version)
                            .put(text)
                            .array());
            return cipher;
        } finally {
            Arrays.fill(exposed, (byte) 0);
        }
    }

    /** Tells which of several keys sealed a record; gives nothing of a random key away. */
    private static byte[] identify(SecretBytes key) {
        byte[] exposed = key.expose();
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("getvpn wrapping key identifier".getBytes(StandardCharsets.US_ASCII));
            return Arrays.copyOf(digest.digest(exposed), ID_LENGTH);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is part of every Java runtime", e);
        } finally {
            Arrays.fill(exposed, (byte) 0);
        }
    }

    /** Zeroes the key. */
    void destroy() {
        key.destroy();
    }

    /** The identifier, never the key. */
    @Override
    public String toString() {
        return "WrappingKey[" + Hex.text(id) + "]";
    }
}

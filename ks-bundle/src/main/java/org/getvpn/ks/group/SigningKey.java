// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import org.getvpn.gdoi.crypto.SecretBytes;

/** The key pair that signs a group's rekey messages. */
public final class SigningKey {
    private final byte[] publicKey;
    private final SecretBytes privateKey;

    /**
     * @param publicKey DER SubjectPublicKeyInfo, as members get it
     * @param privateKey DER PKCS #8
     */
    public SigningKey(byte[] publicKey, SecretBytes privateKey) {
        this.publicKey = publicKey.clone();
        this.privateKey = privateKey;
    }

    /** DER SubjectPublicKeyInfo, a copy. */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    /** DER PKCS #8. */
    public SecretBytes privateKey() {
        return privateKey;
    }
}

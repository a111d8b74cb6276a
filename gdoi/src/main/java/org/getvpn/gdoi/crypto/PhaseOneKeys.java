// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.util.Arrays;
import javax.security.auth.Destroyable;

/**
 * SKEYID and what is derived from it (RFC 2409, section 5). Nonces, cookies and Diffie-Hellman
 * values are bodies, without payload headers.
 */
public final class PhaseOneKeys implements Destroyable {
    private static final byte[] ZERO = {0};
    private static final byte[] ONE = {1};
    private static final byte[] TWO = {2};

    private final Prf prf;
    private final byte[] skeyid;
    private final byte[] forDerivation;
    private final byte[] forAuthentication;
    private final byte[] forEncryption;
    private volatile boolean destroyed;

    private PhaseOneKeys(Prf prf, byte[] skeyid, SecretBytes shared, byte[] cookies) {
        byte[] gxy = shared.expose();
        this.prf = prf;
        this.skeyid = skeyid;
        this.forDerivation = prf.compute(skeyid, gxy, cookies, ZERO);
        this.forAuthentication = prf.compute(skeyid, forDerivation, gxy, cookies, ONE);
        this.forEncryption = prf.compute(skeyid, forAuthentication, gxy, cookies, TWO);
        Arrays.fill(gxy, (byte) 0);
    }

    /**
     * Authentication by pre-shared key: SKEYID = prf(psk, Ni_b | Nr_b).
     *
     * @param cookies CKY-I | CKY-R, 16 octets
     * @param shared g^xy
     */
    public static PhaseOneKeys ofPreSharedKey(
            Prf prf,
            SecretBytes preSharedKey,
            byte[] initiatorNonce,
            byte[] responderNonce,
            byte[] cookies,
            SecretBytes shared) {
        byte[] psk = preSharedKey.expose();
        byte[] skeyid = prf.compute(psk, initiatorNonce, responderNonce);
        Arrays.fill(psk, (byte) 0);
        return new PhaseOneKeys(prf, skeyid, shared, cookies);
    }

    /** Authentication by signatures: SKEYID = prf(Ni_b | Nr_b, g^xy). */
    public static PhaseOneKeys ofSignatures(
            Prf prf,
            byte[] initiatorNonce,
            byte[] responderNonce,
            byte[] cookies,
            SecretBytes shared) {
        byte[] nonces =
                Arrays.copyOf(initiatorNonce, initiatorNonce.length + responderNonce.length);
        System.arraycopy(responderNonce, 0, nonces, initiatorNonce.length, responderNonce.length);
        byte[] gxy = shared.expose();
        byte[] skeyid = prf.compute(nonces, gxy);
        Arrays.fill(gxy, (byte) 0);
        return new PhaseOneKeys(prf, skeyid, shared, cookies);
    }

    /** Authentication by public key encryption: SKEYID = prf(hash(Ni_b | Nr_b), cookies). */
    public static PhaseOneKeys ofPublicKeyEncryption(
            Prf prf,
            byte[] initiatorNonce,
            byte[] responderNonce,
            byte[] cookies,
            SecretBytes shared) {
        byte[] skeyid = prf.compute(prf.hash(initiatorNonce, responderNonce), cookies);
        return new PhaseOneKeys(prf, skeyid, shared, cookies);
    }

    /**
     * HASH_I = prf(SKEYID, g^xi | g^xr | CKY-I | CKY-R | SAi_b | IDii_b).
     *
     * @param offeredSa the body of the initiator's SA payload as it was sent
     * @param identity the body of the initiator's Identification payload
     */
    public byte[] hashOfInitiator(
            byte[] initiatorValue,
            byte[] responderValue,
            byte[] cookies,
            byte[] offeredSa,
            byte[] identity) {
        return hashOfInitiator(prf, initiatorValue, responderValue, cookies, offeredSa, identity);
    }

    /** The same with another hash, where a signature is tied to one (RFC 2409, section 5.1). */
    public byte[] hashOfInitiator(
            Prf hash,
            byte[] initiatorValue,
            byte[] responderValue,
            byte[] cookies,
            byte[] offeredSa,
            byte[] identity) {
        return hash.compute(
                live(skeyid), initiatorValue, responderValue, cookies, offeredSa, identity);
    }

    /**
     * HASH_R = prf(SKEYID, g^xr | g^xi | CKY-R | CKY-I | SAi_b | IDir_b).
     *
     * @param cookies CKY-I | CKY-R, in this order here too
     */
    public byte[] hashOfResponder(
            byte[] initiatorValue,
            byte[] responderValue,
            byte[] cookies,
            byte[] offeredSa,
            byte[] identity) {
        return hashOfResponder(prf, initiatorValue, responderValue, cookies, offeredSa, identity);
    }

    /** The same with another hash, where a signature is tied to one (RFC 2409, section 5.1). */
    public byte[] hashOfResponder(
            Prf hash,
            byte[] initiatorValue,
            byte[] responderValue,
            byte[] cookies,
            byte[] offeredSa,
            byte[] identity) {
        byte[] swapped = new byte[16];
        System.arraycopy(cookies, 8, swapped, 0, 8);
        System.arraycopy(cookies, 0, swapped, 8, 8);
        return hash.compute(
                live(skeyid), responderValue, initiatorValue, swapped, offeredSa, identity);
    }

    /** HASH(n) of a later exchange: prf(SKEYID_a, parts). */
    public byte[] authenticate(byte[]... parts) {
        return prf.compute(live(forAuthentication), parts);
    }

    /**
     * The cipher under Ka: SKEYID_e cut to length, or K1 | K2 | … where it is too short, with K1 =
     * prf(SKEYID_e, 0) and Kn = prf(SKEYID_e, Kn-1) (RFC 2409, appendix B).
     */
    public IsakmpCipher cipher(IsakmpCipher.Algorithm algorithm) {
        byte[] key = prf.stretched(live(forEncryption), algorithm.keyOctets());
        IsakmpCipher cipher = new IsakmpCipher(algorithm, key);
        Arrays.fill(key, (byte) 0);
        return cipher;
    }

    /** The hash that the keys were derived with. */
    public Prf prf() {
        return prf;
    }

    /** SKEYID, for published vectors. */
    byte[] skeyid() {
        return skeyid.clone();
    }

    /** SKEYID_d, for published vectors. */
    byte[] forDerivation() {
        return forDerivation.clone();
    }

    /** SKEYID_a, for published vectors. */
    byte[] forAuthentication() {
        return forAuthentication.clone();
    }

    /** SKEYID_e, for published vectors. */
    byte[] forEncryption() {
        return forEncryption.clone();
    }

    private byte[] live(byte[] secret) {
        if (destroyed) {
            throw new IllegalStateException("Phase 1 keys were destroyed");
        }
        return secret;
    }

    @Override
    public void destroy() {
        destroyed = true;
        Arrays.fill(skeyid, (byte) 0);
        Arrays.fill(forDerivation, (byte) 0);
        Arrays.fill(forAuthentication, (byte) 0);
        Arrays.fill(forEncryption, (byte) 0);
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    /** The hash only. */
    @Override
    public String toString() {
        return "PhaseOneKeys[" + prf.label() + "]";
    }
}

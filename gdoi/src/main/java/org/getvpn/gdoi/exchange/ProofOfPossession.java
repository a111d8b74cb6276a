// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.getvpn.gdoi.crypto.RekeySignature;
import org.getvpn.gdoi.crypto.RsaForm;
import org.getvpn.gdoi.crypto.UntrustedCertificate;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * Proof of possession (RFC 3547, sections 3.2 and 5.7): a signature over hash("pop" | Ni | Nr),
 * with the certificate whose key made it.
 *
 * <p>Choices that the RFC leaves open: Ni and Nr are the bodies of the nonces; the hash is the
 * SIG_HASH_ALGORITHM of the SA KEK, or that of the curve; RSA is EMSA-PKCS1-v1_5; ECDSA is r ‖ s of
 * fixed length. RFC 6407 dropped the proof because it was not tied to who had authenticated
 * (appendix B): here the certificate must name the identity that Phase 1 proved, and be the same
 * one if Phase 1 used a certificate.
 */
public final class ProofOfPossession {
    /** POP algorithm: RSA (RFC 3547, section 5.3). */
    static final int RSA = 1;

    /** POP algorithm: ECDSS (RFC 3547, section 5.3). */
    static final int ECDSS = 3;

    /** Octets of the longest signature: RSA with 8192 bits. */
    private static final int MOST_OCTETS = 1024;

    private static final byte[] PREFIX = "pop".getBytes(StandardCharsets.US_ASCII);

    private final PhaseOneCredentials credentials;
    private final int algorithm;

    /**
     * @param credentials our certificate with its key, and whom we trust; a key server demands of
     *     its members a key of the same algorithm
     * @throws IllegalArgumentException if the key is neither RSA nor ECDSA
     */
    public ProofOfPossession(PhaseOneCredentials credentials) {
        this.credentials = Objects.requireNonNull(credentials);
        this.algorithm = algorithmOf(credentials.publicKey());
    }

    private static int algorithmOf(PublicKey key) {
        if (key instanceof RSAPublicKey) {
            return RSA;
        }
        if (key instanceof ECPublicKey) {
            return ECDSS;
        }
        throw new IllegalArgumentException(
                "a key of " + key.getAlgorithm() + " proves no possession: use RSA or EC");
    }

    private static int bitsOf(PublicKey key) {
        return key instanceof RSAPublicKey
                ? ((RSAPublicKey) key).getModulus().bitLength()
                : ((ECPublicKey) key).getParams().getCurve().getField().getFieldSize();
    }

    /** POP algorithm and POP key length, as SA KEK demands them. */
    int demand() {
        return algorithm << 16 | bitsOf(credentials.publicKey());
    }

    /**
     * Whether we can prove what a key server demands.
     *
     * @param demanded the four octets of SA KEK; 0 if it demands nothing
     * @throws MalformedPayload that says what to change
     */
    void checkDemand(int demanded) throws MalformedPayload {
        if (demanded >>> 16 != algorithm) {
            throw new MalformedPayload(
                    "key server demands proof of possession by algorithm "
                            + (demanded >>> 16)
                            + ", our certificate's key is of algorithm "
                            + algorithm);
        }
    }

    /**
     * CERT, …, POP. Slow: not for the network thread.
     *
     * @param kekHash SIG_HASH_ALGORITHM of the policy; 0 for SHA-256
     * @throws IllegalArgumentException if the policy's hash is not spoken here
     */
    List<Payload> prove(int kekHash, byte[] initiatorNonce, byte[] responderNonce) {
        List<Payload> payloads = new ArrayList<>(credentials.certificates());
        byte[] value =
                credentials.sign(
                        signature(credentials.publicKey(), kekHash),
                        PREFIX,
                        initiatorNonce,
                        responderNonce);
        payloads.add(Payload.of(PayloadType.POP, value));
        return payloads;
    }

    /** CERT, …, POP as a peer sent them. */
    static final class Claim {
        private final List<byte[]> certificates;
        private final byte[] value;

        private Claim(List<byte[]> certificates, byte[] value) {
            this.certificates = certificates;
            this.value = value;
        }
    }

    /**
     * Reads what a peer sent.
     *
     * @throws MalformedPayload if there is nothing, or not in that form
     */
    static Claim read(PayloadChain chain) throws MalformedPayload {
        if (chain.find(PayloadType.POP).isEmpty() || chain.find(PayloadType.CERT).isEmpty()) {
            throw new MalformedPayload(
                    "no certificate with proof of possession, which the group's profile RFC 3547"
                            + " demands");
        }
        return new Claim(
                PhaseOneCredentials.certificatesIn(chain),
                chain.onlyBody(PayloadType.POP, 1, MOST_OCTETS));
    }

    /**
     * Checks a claim. Slow: not for the network thread.
     *
     * @param peer who Phase 1 proved the peer to be
     * @throws UntrustedCertificate that says why it proves nothing
     */
    void verify(
            Claim claim,
            PeerIdentity peer,
            int kekHash,
            byte[] initiatorNonce,
            byte[] responderNonce)
            throws UntrustedCertificate {
        X509Certificate holder = credentials.holder(claim.certificates, peer);
        PublicKey key = holder.getPublicKey();
        boolean proven;
        try {
            proven =
                    algorithmOf(key) == algorithm
                            && signature(key, kekHash)
                                    .verifies(
                                            key,
                                            claim.value,
                                            PREFIX,
                                            initiatorNonce,
                                            responderNonce);
        } catch (IllegalArgumentException e) {
            throw new UntrustedCertificate("proof of possession: " + e.getMessage());
        }
        if (!proven) {
            throw new UntrustedCertificate(
                    "proof of possession of "
                            + peer.text()
                            + " is not made with its certificate's key");
        }
    }

    private static RekeySignature signature(PublicKey key, int kekHash) {
        if (algorithmOf(key) == RSA) {
            return RekeySignature.of(
                    Kek.SIGNATURE_RSA,
                    kekHash == 0 ? Kek.SIGNATURE_HASH_SHA256 : kekHash,
                    RsaForm.DIGEST_INFO);
        }
        int bits = bitsOf(key);
        int curve =
                bits == 256
                        ? Kek.SIGNATURE_ECDSA_256
                        : bits == 384 ? Kek.SIGNATURE_ECDSA_384 : Kek.SIGNATURE_ECDSA_521;
        RekeySignature signature = RekeySignature.of(curve, 0, RsaForm.DIGEST_INFO);
        signature.publicKey(key.getEncoded()); // refuses a curve of another size
        return signature;
    }
}

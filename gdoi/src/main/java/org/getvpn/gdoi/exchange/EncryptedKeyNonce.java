// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.crypto.CertificateTrust;
import org.getvpn.gdoi.crypto.EphemeralCipher;
import org.getvpn.gdoi.crypto.RsaEncryption;
import org.getvpn.gdoi.wire.Certificate;
import org.getvpn.gdoi.wire.CertificateEncoding;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.Nonce;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * Key exchange, nonce and identity where public key encryption proves the peers: messages 3 and 4
 * of Main Mode, 1 and 2 of Aggressive Mode. Only payload bodies are encrypted (RFC 2409, sections
 * 5.2 and 5.3).
 *
 * <pre>
 * encryption  HDR, KE, [HASH(1),] &lt;ID_b&gt;Pub, &lt;N_b&gt;Pub
 * revised     HDR, [HASH(1),] &lt;N_b&gt;Pub, &lt;KE_b&gt;Ke, &lt;ID_b&gt;Ke [, &lt;Cert_b&gt;Ke]
 * </pre>
 *
 * HASH(1) is the hash of the certificate that was encrypted for. Opening never fails for what
 * decryption brings forth: it goes on with random octets, and the proof will not fit.
 */
final class EncryptedKeyNonce {
    private static final int MOST_ID = Identification.MAX_DATA + 4;
    private static final int MOST_CERTIFICATE = CertificateTrust.MOST_CERTIFICATE_OCTETS + 1;
    private static final int SUBSTITUTE_OCTETS = 32;

    private final PhaseOneProposal suite;
    private final long senderCookie;
    private final byte[] value;
    private final byte[] nonce;
    private final byte[] identity;
    private final byte[] certificate;
    private final byte[] certificateHash;

    private EncryptedKeyNonce(PhaseOneProposal suite, long senderCookie, PayloadChain chain)
            throws MalformedPayload {
        this.suite = suite;
        this.senderCookie = senderCookie;
        int octets = suite.group().publicOctets();
        int block = suite.cipher().blockOctets();
        this.value =
                isRevised(suite)
                        ? chain.onlyBody(PayloadType.KE, octets + 1, octets + block)
                        : chain.onlyBody(PayloadType.KE, octets, octets);
        this.nonce = chain.onlyBody(PayloadType.NONCE, 1, Frame.MAX_OCTETS);
        this.identity = chain.onlyBody(PayloadType.ID, 1, Frame.MAX_OCTETS);
        this.certificate = chain.find(PayloadType.CERT).map(Payload::body).orElse(null);
        this.certificateHash = chain.find(PayloadType.HASH).map(Payload::body).orElse(null);
    }

    /**
     * Reads what can be read without a private key.
     *
     * @param rule what else may stand in the message
     * @param senderCookie of the peer, which goes into the revised mode's key
     */
    static EncryptedKeyNonce read(
            MessageRule rule, PayloadChain chain, PhaseOneProposal suite, long senderCookie)
            throws MalformedPayload {
        rule.verify(chain);
        return new EncryptedKeyNonce(suite, senderCookie, chain);
    }

    /**
     * Whether it is encrypted for our certificate, as far as it says.
     *
     * @throws MalformedPayload in words of an operator if it is for another
     */
    void checkReceiver(PhaseOneCredentials own) throws MalformedPayload {
        if (certificateHash != null
                && !MessageDigest.isEqual(
                        certificateHash, suite.prf().hash(own.certificateOctets()))) {
            throw new MalformedPayload(
                    "peer encrypts for another certificate than ours: give it our present one");
        }
    }

    private static boolean isRevised(PhaseOneProposal suite) {
        return suite.method() == AuthenticationMethod.REVISED_RSA_ENCRYPTION;
    }

    /** Decrypts. Slow: not for the network thread. */
    Opened open(PhaseOneCredentials own, SecureRandom randomness) {
        byte[] plainNonce =
                own.decrypt(nonce, Nonce.MIN, Nonce.MAX_PHASE_ONE, substitute(randomness));
        if (!isRevised(suite)) {
            byte[] plainIdentity = own.decrypt(identity, 5, MOST_ID, substitute(randomness));
            return new Opened(plainNonce, value, plainIdentity, null);
        }
        EphemeralCipher cipher = cipher(suite, plainNonce, senderCookie);
        byte[] plainValue = cipher.decrypt(value);
        byte[] plainIdentity = cipher.decrypt(identity);
        byte[] plainCertificate = certificate == null ? null : cipher.decrypt(certificate);
        return new Opened(plainNonce, plainValue, plainIdentity, plainCertificate);
    }

    private static byte[] substitute(SecureRandom randomness) {
        byte[] octets = new byte[SUBSTITUTE_OCTETS];
        randomness.nextBytes(octets);
        return octets;
    }

    private static EphemeralCipher cipher(PhaseOneProposal suite, byte[] nonce, long cookie) {
        return EphemeralCipher.of(
                suite.prf(), suite.cipher(), nonce, ByteBuffer.allocate(8).putLong(cookie).array());
    }

    /** Writes such a message to one receiver. Slow: not for the network thread. */
    static final class Sealer {
        private final PhaseOneProposal suite;
        private final long senderCookie;
        private final PublicKey receiver;
        private final SecureRandom randomness;
        private final List<Payload> hints = new ArrayList<>();
        private byte[] certificate;

        /**
         * @param senderCookie ours
         * @param receiver the peer's public key
         */
        Sealer(
                PhaseOneProposal suite,
                long senderCookie,
                PublicKey receiver,
                SecureRandom randomness) {
            this.suite = suite;
            this.senderCookie = senderCookie;
            this.receiver = receiver;
            this.randomness = randomness;
        }

        /** Adds HASH(1): for which certificate we encrypt. */
        Sealer namingReceiver(byte[] receiversCertificate) {
            hints.add(Payload.of(PayloadType.HASH, suite.prf().hash(receiversCertificate)));
            return this;
        }

        /** Adds our certificate, which only the revised mode has room for. */
        Sealer withCertificate(byte[] own) {
            certificate = own;
            return this;
        }

        /**
         * The payloads.
         *
         * @param value our Diffie-Hellman value
         * @param nonce our nonce
         * @param identity the body of our ID payload
         */
        List<Payload> seal(byte[] value, byte[] nonce, byte[] identity) {
            Payload hidden =
                    Payload.of(
                            PayloadType.NONCE, RsaEncryption.encrypt(receiver, nonce, randomness));
            if (!isRevised(suite)) {
                List<Payload> payloads = new ArrayList<>();
                payloads.add(Payload.of(PayloadType.KE, value));
                payloads.addAll(hints);
                payloads.add(
                        Payload.of(
                                PayloadType.ID,
                                RsaEncryption.encrypt(receiver, identity, randomness)));
                payloads.add(hidden);
                return payloads;
            }
            EphemeralCipher cipher = cipher(suite, nonce, senderCookie);
            List<Payload> payloads = new ArrayList<>(hints);
            payloads.add(hidden);
            payloads.add(Payload.of(PayloadType.KE, cipher.encrypt(value)));
            payloads.add(Payload.of(PayloadType.ID, cipher.encrypt(identity)));
            if (certificate != null) {
                byte[] body =
                        new Certificate(CertificateEncoding.X509_SIGNATURE, certificate)
                                .write()
                                .body();
                payloads.add(Payload.of(PayloadType.CERT, cipher.encrypt(body)));
            }
            return payloads;
        }
    }

    /** What was inside, or random octets in its place. */
    static final class Opened {
        private final byte[] nonce;
        private final byte[] value;
        private final byte[] identity;
        private final byte[] certificate;

        private Opened(byte[] nonce, byte[] value, byte[] identity, byte[] certificate) {
            this.nonce = nonce;
            this.value = value;
            this.identity = identity;
            this.certificate = certificate;
        }

        byte[] nonce() {
            return nonce;
        }

        /** The peer's Diffie-Hellman value; of any length if it was hidden. */
        byte[] value() {
            return value;
        }

        /** The body of the peer's ID payload. */
        byte[] identity() {
            return identity;
        }

        /** Who the peer says it is, if that can be read. */
        Optional<Identification> claimed() {
            try {
                return Optional.of(Identification.read(identity));
            } catch (MalformedPayload e) {
                return Optional.empty();
            }
        }

        /** The certificate that came along, if any. */
        List<byte[]> certificates() {
            if (certificate == null || certificate.length > MOST_CERTIFICATE) {
                return List.of();
            }
            try {
                Certificate read = Certificate.read(certificate);
                return read.encoding().equals(CertificateEncoding.X509_SIGNATURE)
                        ? List.of(read.data())
                        : List.of();
            } catch (MalformedPayload e) {
                return List.of();
            }
        }

        /** Nothing of it is needed any more. */
        void destroy() {
            Arrays.fill(nonce, (byte) 0);
        }
    }
}

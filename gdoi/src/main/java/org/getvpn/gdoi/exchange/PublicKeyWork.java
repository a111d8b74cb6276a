// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.DiffieHellmanKey;
import org.getvpn.gdoi.crypto.InvalidPublicValue;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.crypto.UntrustedCertificate;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.Payload;

/**
 * The work of one end of Phase 1 with public key encryption: Diffie-Hellman, what to encrypt for
 * the peer, and what it encrypted for us.
 *
 * <p>A ciphertext that does not open as it should leads to the same steps and the same kinds of
 * answer as one that does, made of random octets: a hidden public value becomes our own, a peer
 * that nobody knows is answered under our own public key. Only the final proof shows the
 * difference, and a peer that can read the answer is the only one that can make it.
 */
final class PublicKeyWork {
    private final CookiePair cookies;
    private final Endpoint source;
    private final PhaseOneProposal suite;
    private final PhaseOneCredentials own;
    private final SecureRandom randomness;

    /**
     * @param source the peer, which pays
     */
    PublicKeyWork(
            CookiePair cookies,
            Endpoint source,
            PhaseOneProposal suite,
            PhaseOneCredentials own,
            SecureRandom randomness) {
        this.cookies = cookies;
        this.source = source;
        this.suite = suite;
        this.own = own;
        this.randomness = randomness;
    }

    /**
     * The initiator's first step: a key, and what it sends with it. It fails if there is no trusted
     * certificate to encrypt for.
     *
     * @param responder who is to open it
     */
    Computation begin(Identification responder, byte[] nonce) {
        return work(
                () -> {
                    X509Certificate certificate;
                    try {
                        certificate = own.encryptionCertificate(responder, List.of());
                    } catch (UntrustedCertificate e) {
                        Result failed = new Result(cookies, null, List.of());
                        failed.trouble = e.getMessage();
                        return failed;
                    }
                    DiffieHellmanKey key = suite.group().generate(randomness);
                    List<Payload> payloads =
                            new EncryptedKeyNonce.Sealer(
                                            suite,
                                            cookies.initiator(),
                                            certificate.getPublicKey(),
                                            randomness)
                                    .namingReceiver(PhaseOneCredentials.octets(certificate))
                                    .withCertificate(own.certificateOctets())
                                    .seal(key.publicValue(), nonce, own.identity().write().body());
                    return new Result(cookies, key, payloads);
                });
    }

    /** The initiator's second step: what the responder's answer brings. */
    Computation finish(DiffieHellmanKey key, byte[] nonce, EncryptedKeyNonce message) {
        return work(
                () -> {
                    EncryptedKeyNonce.Opened theirs = message.open(own, randomness);
                    Result result = new Result(cookies, key, List.of());
                    result.identity = theirs.identity();
                    result.claimed = theirs.claimed().orElse(null);
                    agree(result, theirs, nonce, theirs.nonce());
                    theirs.destroy();
                    return result;
                });
    }

    /** The responder's only step: what the initiator sent, a key, and what answers it. */
    Computation answer(byte[] nonce, EncryptedKeyNonce message) {
        return work(
                () -> {
                    EncryptedKeyNonce.Opened theirs = message.open(own, randomness);
                    DiffieHellmanKey key = suite.group().generate(randomness);
                    Optional<X509Certificate> peer = Optional.empty();
                    String trouble = "";
                    try {
                        peer = certificate(theirs);
                    } catch (UntrustedCertificate e) {
                        trouble = e.getMessage();
                    }
                    PublicKey receiver =
                            peer.map(X509Certificate::getPublicKey).orElse(own.publicKey());
                    List<Payload> payloads =
                            new EncryptedKeyNonce.Sealer(
                                            suite, cookies.responder(), receiver, randomness)
                                    .seal(key.publicValue(), nonce, own.identity().write().body());
                    Result result = new Result(cookies, key, payloads);
                    result.trouble = trouble;
                    result.identity = theirs.identity();
                    if (peer.isPresent()) {
                        result.claimed = theirs.claimed().orElse(null);
                        result.subject = peer.get().getSubjectX500Principal().getName();
                    }
                    agree(result, theirs, theirs.nonce(), nonce);
                    theirs.destroy();
                    return result;
                });
    }

    private Optional<X509Certificate> certificate(EncryptedKeyNonce.Opened theirs)
            throws UntrustedCertificate {
        Optional<Identification> claimed = theirs.claimed();
        if (claimed.isEmpty()) {
            own.findNobody(theirs.certificates());
            return Optional.empty();
        }
        return Optional.of(own.encryptionCertificate(claimed.get(), theirs.certificates()));
    }

    private void agree(
            Result result,
            EncryptedKeyNonce.Opened theirs,
            byte[] initiatorNonce,
            byte[] responderNonce) {
        SecretBytes shared;
        try {
            shared = result.key.agree(theirs.value());
            result.peerValue = theirs.value();
        } catch (InvalidPublicValue e) {
            try {
                result.peerValue = result.key.publicValue();
                shared = result.key.agree(result.peerValue);
            } catch (InvalidPublicValue impossible) {
                throw new IllegalStateException("our own value is one of the group", impossible);
            }
        }
        result.keys =
                PhaseOneKeys.ofPublicKeyEncryption(
                        suite.prf(), initiatorNonce, responderNonce, cookies.octets(), shared);
        shared.destroy();
    }

    private Computation work(java.util.function.Supplier<Result> step) {
        return new Computation() {
            @Override
            public Endpoint source() {
                return source;
            }

            @Override
            public Completion run() {
                return step.get();
            }
        };
    }

    /** What came of a step. */
    static final class Result implements PhaseOneCompletion {
        private final CookiePair cookies;
        private final DiffieHellmanKey key;
        private final List<Payload> payloads;
        private byte[] peerValue;
        private byte[] identity;
        private Identification claimed;
        private String subject;
        private String trouble = "";
        private PhaseOneKeys keys;

        private Result(CookiePair cookies, DiffieHellmanKey key, List<Payload> payloads) {
            this.cookies = cookies;
            this.key = key;
            this.payloads = payloads;
        }

        @Override
        public CookiePair cookies() {
            return cookies;
        }

        /** Whether the initiator has nobody to encrypt for; {@link #trouble} says why. */
        boolean failed() {
            return key == null;
        }

        DiffieHellmanKey key() {
            return key;
        }

        /** Of the message to send; empty after the initiator's second step. */
        List<Payload> payloads() {
            return payloads;
        }

        /** The peer's Diffie-Hellman value, or ours in its place. */
        byte[] peerValue() {
            return peerValue;
        }

        /** The body of the peer's ID payload, or random octets. */
        byte[] identity() {
            return identity;
        }

        /** Who the peer is, if its proof fits; null for nobody. */
        Identification claimed() {
            return claimed;
        }

        /** The distinguished name in the peer's certificate; null if there is none. */
        String subject() {
            return subject;
        }

        /** Why there is no certificate to encrypt for, for the log alone. */
        String trouble() {
            return trouble;
        }

        /** Null after the initiator's first step. */
        PhaseOneKeys keys() {
            return keys;
        }

        @Override
        public void discard() {
            if (keys != null) {
                keys.destroy();
            }
        }
    }
}

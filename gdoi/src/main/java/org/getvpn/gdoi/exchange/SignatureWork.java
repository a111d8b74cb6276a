// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.cert.X509Certificate;
import org.getvpn.gdoi.crypto.UntrustedCertificate;

/** The signatures of Phase 1: to check the peer's, to make our own, or both in this order. */
final class SignatureWork implements Computation {
    /** What is to be done. */
    interface Step {
        /** What came of it. */
        Proof run() throws UntrustedCertificate;
    }

    /** Our signature, the peer's certificate that was verified, or both. */
    static final class Proof {
        private final byte[] signature;
        private final X509Certificate peer;

        /** Either may be null. */
        Proof(byte[] signature, X509Certificate peer) {
            this.signature = signature;
            this.peer = peer;
        }
    }

    private final CookiePair cookies;
    private final Endpoint source;
    private final Step step;

    SignatureWork(CookiePair cookies, Endpoint source, Step step) {
        this.cookies = cookies;
        this.source = source;
        this.step = step;
    }

    @Override
    public Endpoint source() {
        return source;
    }

    @Override
    public Completion run() {
        try {
            return new Result(cookies, step.run(), "");
        } catch (UntrustedCertificate e) {
            return new Result(cookies, null, e.getMessage());
        }
    }

    /** What came of it, or why the peer's signature does not count. */
    static final class Result implements PhaseOneCompletion {
        private final CookiePair cookies;
        private final Proof proof;
        private final String failure;

        Result(CookiePair cookies, Proof proof, String failure) {
            this.cookies = cookies;
            this.proof = proof;
            this.failure = failure;
        }

        @Override
        public CookiePair cookies() {
            return cookies;
        }

        @Override
        public void discard() {
            // A signature is no secret.
        }

        byte[] signature() {
            return proof.signature;
        }

        /** The subject of the peer's certificate, as RFC 2253 writes it. */
        String peerSubject() {
            return proof.peer.getSubjectX500Principal().getName();
        }

        boolean failed() {
            return proof == null;
        }

        String failure() {
            return failure;
        }
    }
}

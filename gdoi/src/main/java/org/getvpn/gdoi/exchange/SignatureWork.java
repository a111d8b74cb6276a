// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import org.getvpn.gdoi.crypto.UntrustedCertificate;

/** The signatures of Phase 1: to check the peer's, to make our own, or both in this order. */
final class SignatureWork implements Computation {
    /** What is to be done. */
    interface Step {
        /** Our signature; empty if none is needed. */
        byte[] run() throws UntrustedCertificate;
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

    /** Our signature, or why the peer's does not count. */
    static final class Result implements Computation.Completion {
        private final CookiePair cookies;
        private final byte[] signature;
        private final String failure;

        Result(CookiePair cookies, byte[] signature, String failure) {
            this.cookies = cookies;
            this.signature = signature;
            this.failure = failure;
        }

        CookiePair cookies() {
            return cookies;
        }

        byte[] signature() {
            return signature;
        }

        boolean failed() {
            return signature == null;
        }

        String failure() {
            return failure;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.List;
import org.getvpn.gdoi.crypto.UntrustedCertificate;
import org.getvpn.gdoi.wire.Payload;

/** Group member: our own proof of possession is made, or the key server's is checked. */
final class PossessionWork implements Computation {
    /** What is to be done. */
    interface Step {
        /** Our proof; empty if the peer's was checked. */
        List<Payload> run() throws UntrustedCertificate;
    }

    private final Endpoint source;
    private final int messageId;
    private final Step step;

    PossessionWork(Endpoint source, int messageId, Step step) {
        this.source = source;
        this.messageId = messageId;
        this.step = step;
    }

    @Override
    public Endpoint source() {
        return source;
    }

    @Override
    public Completion run() {
        try {
            return new Result(messageId, step.run(), "");
        } catch (UntrustedCertificate | IllegalArgumentException e) {
            return new Result(messageId, List.of(), e.getMessage());
        }
    }

    /** Our proof, or why there is none or the peer's does not count. */
    static final class Result implements Computation.Completion {
        private final int messageId;
        private final List<Payload> payloads;
        private final String failure;

        Result(int messageId, List<Payload> payloads, String failure) {
            this.messageId = messageId;
            this.payloads = payloads;
            this.failure = failure;
        }

        int messageId() {
            return messageId;
        }

        List<Payload> payloads() {
            return payloads;
        }

        /** Empty if nothing failed. */
        String failure() {
            return failure;
        }
    }
}

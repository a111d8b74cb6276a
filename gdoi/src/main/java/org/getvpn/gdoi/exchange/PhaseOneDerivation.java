// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.SecureRandom;
import org.getvpn.gdoi.crypto.DiffieHellmanGroup;
import org.getvpn.gdoi.crypto.DiffieHellmanKey;
import org.getvpn.gdoi.crypto.InvalidPublicValue;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.crypto.SecretBytes;

/** The Diffie-Hellman work of Phase 1, in the one or two steps that a role needs. */
final class PhaseOneDerivation {
    private PhaseOneDerivation() {}

    /** The initiator's first step: a key of the group that the responder chose. */
    static Computation generate(
            CookiePair cookies,
            Endpoint source,
            DiffieHellmanGroup group,
            SecureRandom randomness) {
        return new Work(source) {
            @Override
            public Completion run() {
                return new Result(cookies, group.generate(randomness), null, "");
            }
        };
    }

    /** What goes into the keys beside g^xy. */
    static final class Inputs {
        private final PhaseOneProposal suite;
        private final SecretBytes preSharedKey;
        private final byte[] initiatorNonce;
        private final byte[] responderNonce;

        /**
         * @param preSharedKey null where signatures take its place
         */
        Inputs(
                PhaseOneProposal suite,
                SecretBytes preSharedKey,
                byte[] initiatorNonce,
                byte[] responderNonce) {
            this.suite = suite;
            this.preSharedKey = preSharedKey;
            this.initiatorNonce = initiatorNonce;
            this.responderNonce = responderNonce;
        }

        PhaseOneKeys derive(CookiePair cookies, SecretBytes shared) {
            return suite.method().usesSignatures()
                    ? PhaseOneKeys.ofSignatures(
                            suite.prf(), initiatorNonce, responderNonce, cookies.octets(), shared)
                    : PhaseOneKeys.ofPreSharedKey(
                            suite.prf(),
                            preSharedKey,
                            initiatorNonce,
                            responderNonce,
                            cookies.octets(),
                            shared);
        }
    }

    /** The initiator's second step. */
    static Computation agree(
            CookiePair cookies,
            Endpoint source,
            DiffieHellmanKey key,
            byte[] peerValue,
            Inputs inputs) {
        return new Work(source) {
            @Override
            public Completion run() {
                return agreed(cookies, key, peerValue, inputs);
            }
        };
    }

    /** The responder's only step: its own key and the shared one. */
    static Computation generateAndAgree(
            CookiePair cookies,
            Endpoint source,
            DiffieHellmanGroup group,
            SecureRandom randomness,
            byte[] peerValue,
            Inputs inputs) {
        return new Work(source) {
            @Override
            public Completion run() {
                return agreed(cookies, group.generate(randomness), peerValue, inputs);
            }
        };
    }

    private static Result agreed(
            CookiePair cookies, DiffieHellmanKey key, byte[] peerValue, Inputs inputs) {
        try {
            SecretBytes shared = key.agree(peerValue);
            try {
                return new Result(cookies, key, inputs.derive(cookies, shared), "");
            } finally {
                shared.destroy();
            }
        } catch (InvalidPublicValue e) {
            return new Result(cookies, null, null, e.getMessage());
        }
    }

    private abstract static class Work implements Computation {
        private final Endpoint source;

        Work(Endpoint source) {
            this.source = source;
        }

        @Override
        public Endpoint source() {
            return source;
        }
    }

    /** What came of it: a key, keys, or a reason why not. */
    static final class Result implements PhaseOneCompletion {
        private final CookiePair cookies;
        private final DiffieHellmanKey key;
        private final PhaseOneKeys keys;
        private final String failure;

        Result(CookiePair cookies, DiffieHellmanKey key, PhaseOneKeys keys, String failure) {
            this.cookies = cookies;
            this.key = key;
            this.keys = keys;
            this.failure = failure;
        }

        @Override
        public CookiePair cookies() {
            return cookies;
        }

        DiffieHellmanKey key() {
            return key;
        }

        PhaseOneKeys keys() {
            return keys;
        }

        boolean failed() {
            return key == null;
        }

        String failure() {
            return failure;
        }

        @Override
        public void discard() {
            if (keys != null) {
                keys.destroy();
            }
        }
    }
}

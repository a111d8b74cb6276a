// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

/** Words for an operator that both roles use. */
final class PhaseOneReasons {
    /** Main Mode encrypts under a key that is made of the shared one. */
    static final String KEY_DIFFERS =
            "pre-shared key probably differs: the identification payload does not decrypt";

    /** Aggressive Mode shows who speaks, and then proves it. */
    static final String PROOF_DIFFERS =
            "pre-shared key probably differs: the hash that proves it does not fit";

    static final String UNREADABLE =
            "the identification payload does not decrypt: Phase 1 was altered on its way";

    /** Public key encryption: says nothing of whether anything decrypted. */
    static final String DECRYPTION_DIFFERS =
            "the proof does not fit: the peer encrypts for another key than ours, or we for another"
                    + " than its own";

    private PhaseOneReasons() {}
}

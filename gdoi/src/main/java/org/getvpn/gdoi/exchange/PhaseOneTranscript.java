// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.time.Duration;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.crypto.Prf;

/**
 * What both ends of one Phase 1 have said and agreed: all that HASH_I and HASH_R cover but the
 * identities, and the keys (RFC 2409, section 5).
 */
final class PhaseOneTranscript {
    private final CookiePair cookies;
    private final byte[] offer;
    private final PhaseOneProposal suite;
    private final byte[] initiatorValue;
    private final byte[] responderValue;
    private final PhaseOneKeys keys;
    private final IsakmpCipher cipher;

    /**
     * @param offer SAi_b: the body of the initiator's SA payload as it was sent
     * @param initiatorValue g^xi
     * @param responderValue g^xr
     */
    PhaseOneTranscript(
            CookiePair cookies,
            byte[] offer,
            PhaseOneProposal suite,
            byte[] initiatorValue,
            byte[] responderValue,
            PhaseOneKeys keys) {
        this.cookies = cookies;
        this.offer = offer;
        this.suite = suite;
        this.initiatorValue = initiatorValue;
        this.responderValue = responderValue;
        this.keys = keys;
        this.cipher = keys.cipher(suite.cipher());
    }

    /** HASH_I over the body of IDii. */
    byte[] hashOfInitiator(byte[] identity) {
        return keys.hashOfInitiator(
                hash(), initiatorValue, responderValue, cookies.octets(), offer, identity);
    }

    /** HASH_R over the body of IDir. */
    byte[] hashOfResponder(byte[] identity) {
        return keys.hashOfResponder(
                hash(), initiatorValue, responderValue, cookies.octets(), offer, identity);
    }

    private Prf hash() {
        return suite.method().ownHash().orElse(suite.prf());
    }

    IsakmpCipher cipher() {
        return cipher;
    }

    /** The IV of the first encrypted message. */
    byte[] firstIv() {
        return cipher.firstIv(suite.prf(), initiatorValue, responderValue);
    }

    /**
     * The SA that comes of it; it owns the keys from now on.
     *
     * @param lastBlock the last ciphertext block of Phase 1, from which later IVs come
     */
    PhaseOneSa establish(
            ReturnPath path, PeerIdentity peer, int doi, Duration lifetime, byte[] lastBlock) {
        return new PhaseOneSa(cookies, path, peer, doi, lifetime, keys, cipher, lastBlock);
    }

    /** Nothing comes of it. */
    void destroy() {
        keys.destroy();
    }
}

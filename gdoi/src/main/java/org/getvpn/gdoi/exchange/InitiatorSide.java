// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.Payload;

/** What a Phase 1 initiator of any mode knows once the responder has chosen a suite. */
final class InitiatorSide {
    private final RegistrationSettings settings;
    private final ReturnPath path;
    private final PhaseOneMode mode;
    private final CookiePair cookies;
    private final byte[] offer;
    private final PhaseOneProposal suite;
    private final Set<PeerCapability> capabilities;

    /**
     * @param offer SAi_b
     * @param suite the one chosen of it
     * @param capabilities what the responder announced
     */
    InitiatorSide(
            RegistrationSettings settings,
            ReturnPath path,
            PhaseOneMode mode,
            CookiePair cookies,
            byte[] offer,
            PhaseOneProposal suite,
            Set<PeerCapability> capabilities) {
        this.settings = settings;
        this.path = path;
        this.mode = mode;
        this.cookies = cookies;
        this.offer = offer;
        this.suite = suite;
        this.capabilities = capabilities;
    }

    RegistrationSettings settings() {
        return settings;
    }

    ReturnPath path() {
        return path;
    }

    CookiePair cookies() {
        return cookies;
    }

    PhaseOneProposal suite() {
        return suite;
    }

    /** Our certificate and whom we trust; null where no suite needs them. */
    PhaseOneCredentials credentials() {
        return settings.credentials();
    }

    /** Who we are to this key server. */
    Identification ownIdentity() {
        return settings.phaseOne().identity(suite.method(), path.local().address());
    }

    /** All that was said, with the keys that came of it. */
    PhaseOneTranscript transcript(byte[] ownValue, byte[] peerValue, PhaseOneKeys keys) {
        return new PhaseOneTranscript(cookies, offer, suite, ownValue, peerValue, keys);
    }

    /** A message that is not encrypted. */
    byte[] clear(List<Payload> payloads) {
        return Frame.clear(cookies, mode.exchange(), payloads);
    }

    /** A message that is; {@code payloads} are what {@code sealed} was made of. */
    byte[] sealed(List<Payload> payloads, byte[] sealed) {
        return Frame.sealed(cookies, mode.exchange(), payloads.get(0).type(), sealed);
    }

    /** The responder has proven itself; the SA owns the transcript's keys from now on. */
    PhaseOneSa establish(PhaseOneTranscript transcript, Identification proven, byte[] lastBlock) {
        PeerIdentity peer =
                new PeerIdentity(
                        proven.type().number(),
                        IdentityText.of(proven),
                        path.remote(),
                        capabilities);
        PhaseOneSettings own = settings.phaseOne();
        return transcript.establish(path, peer, own.doi().number(), own.lifetime(), lastBlock);
    }
}

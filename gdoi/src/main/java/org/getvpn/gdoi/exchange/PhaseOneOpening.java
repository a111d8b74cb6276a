// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/** The offer of a first message, and what a responder chose from it. */
final class PhaseOneOpening {
    /** The longest offer that is kept: twelve suites, so that a half-open entry is below 1 KiB. */
    static final int MOST_OFFER_OCTETS = 480;

    private final byte[] offer;
    private final PhaseOneProposal suite;
    private final int doi;
    private final Duration lifetime;
    private final Set<PeerCapability> capabilities;
    private Payload firstAnswer;

    private PhaseOneOpening(
            byte[] offer,
            PhaseOneOffer.Choice choice,
            Duration lifetime,
            Set<PeerCapability> capabilities) {
        this.offer = offer;
        this.suite = choice.proposal();
        this.doi = choice.answer().doi();
        this.lifetime = lifetime;
        this.capabilities = capabilities;
        this.firstAnswer = choice.answer().write();
    }

    /**
     * Reads the SA payload of a first message and chooses.
     *
     * @param accepted suites in order of preference
     * @param longest the most that an SA may live here
     */
    static PhaseOneOpening read(
            PayloadChain chain, List<PhaseOneProposal> accepted, Duration longest)
            throws MalformedPayload, NoProposalChosen {
        byte[] octets = chain.onlyBody(PayloadType.SA, 8, Frame.MAX_OCTETS);
        PhaseOneOffer offered = PhaseOneOffer.read(octets);
        if (octets.length > MOST_OFFER_OCTETS) {
            throw new NoProposalChosen(
                    "no proposal chosen: the offer has "
                            + octets.length
                            + " octets, at most "
                            + MOST_OFFER_OCTETS
                            + " are read: offer twelve Phase 1 suites or fewer",
                    offered.doi());
        }
        PhaseOneOffer.Choice choice =
                offered.choose(accepted)
                        .orElseThrow(
                                () ->
                                        new NoProposalChosen(
                                                "no proposal chosen: offered "
                                                        + offered
                                                        + "; accepted "
                                                        + accepted,
                                                offered.doi()));
        return new PhaseOneOpening(
                octets,
                choice,
                choice.answer().lifetime(longest),
                VendorId.announcedIn(chain.payloads()));
    }

    /** Whether a first message offers one of these suites. */
    static boolean isOffered(PayloadChain chain, List<PhaseOneProposal> accepted)
            throws MalformedPayload {
        return !accepted.isEmpty()
                && PhaseOneOffer.read(chain.onlyBody(PayloadType.SA, 8, Frame.MAX_OCTETS))
                        .choose(accepted)
                        .isPresent();
    }

    /** SAi_b. */
    byte[] offer() {
        return offer;
    }

    PhaseOneProposal suite() {
        return suite;
    }

    /** The offer's DOI, in which we answer. */
    int doi() {
        return doi;
    }

    /** How long the SA may live. */
    Duration lifetime() {
        return lifetime;
    }

    /** What the initiator announced. */
    Set<PeerCapability> capabilities() {
        return capabilities;
    }

    /**
     * The chosen suite as the answer's SA payload: the transform as it was offered. It is kept for
     * the first call alone, and made again for the rare copies.
     */
    Payload answer() {
        Payload made = firstAnswer;
        if (made != null) {
            firstAnswer = null;
            return made;
        }
        try {
            return PhaseOneOffer.read(offer).choose(List.of(suite)).orElseThrow().answer().write();
        } catch (MalformedPayload e) {
            throw new IllegalStateException("an offer that was read can be read again", e);
        }
    }
}

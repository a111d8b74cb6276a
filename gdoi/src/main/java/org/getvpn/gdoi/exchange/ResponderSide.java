// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.List;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;

/**
 * What a Phase 1 responder of any mode keeps: with whom it speaks, what it chose, its last answer,
 * and whether it has complained already.
 */
final class ResponderSide {
    private final PhaseOneSettings settings;
    private final CookiePair cookies;
    private final ReturnPath path;
    private final PhaseOneMode mode;
    private final PhaseOneOpening opening;
    private final EndpointCounters counters;
    private final AnswerCache cache = new AnswerCache();
    private boolean denied;

    ResponderSide(
            PhaseOneSettings settings,
            CookiePair cookies,
            ReturnPath path,
            PhaseOneMode mode,
            PhaseOneOpening opening,
            EndpointCounters counters) {
        this.settings = settings;
        this.cookies = cookies;
        this.path = path;
        this.mode = mode;
        this.opening = opening;
        this.counters = counters;
    }

    CookiePair cookies() {
        return cookies;
    }

    ReturnPath path() {
        return path;
    }

    PhaseOneMode mode() {
        return mode;
    }

    PhaseOneOpening opening() {
        return opening;
    }

    PhaseOneProposal suite() {
        return opening.suite();
    }

    /** What we announce. */
    List<Payload> vendorIds() {
        return VendorId.ofResponder(settings);
    }

    /** Our certificate and whom we trust; null where no suite needs them. */
    PhaseOneCredentials credentials() {
        return settings.credentialsOrNull();
    }

    /** Who we are to this peer. */
    Identification ownIdentity() {
        return settings.identity(suite().method(), path.local().address());
    }

    /** The last request and its answer. */
    AnswerCache cache() {
        return cache;
    }

    /** A message that is not encrypted. */
    byte[] clear(List<Payload> payloads) {
        return Frame.clear(cookies, mode.exchange(), payloads);
    }

    /** Sends the answer to the request that was accepted last, and keeps it for copies of that. */
    Outcome.Builder answer(byte[] message) {
        cache.answer(message);
        return Outcome.advanced().send(path.datagram(message));
    }

    /** Answers a copy of the last request. */
    Outcome.Builder repeat() {
        if (cache.answer() == null) {
            counters.count(Ignored.IN_WORK);
            return Outcome.ignored("copy of a message that is being worked on, or needs no answer");
        }
        counters.countRetransmission();
        return Outcome.ignored("copy of a message, answered again")
                .send(path.datagram(cache.answer()));
    }

    /** A message that nobody awaits. */
    Outcome.Builder unexpected(Object state) {
        counters.count(Ignored.UNEXPECTED);
        return Outcome.ignored(mode + " mode does not await this message in " + state);
    }

    /** A message that cannot be read: anybody may have sent it. */
    Outcome.Builder malformed(MalformedPayload e) {
        return malformed(e.getMessage());
    }

    /** A message that cannot be used: anybody may have sent it. */
    Outcome.Builder malformed(String reason) {
        counters.count(Ignored.MALFORMED);
        return Outcome.ignored(reason);
    }

    /**
     * The peer did not prove itself. It is told once, unprotected, since no key is common; the
     * exchange stays, because anybody who saw the cookies could have sent this.
     */
    Outcome.Builder deny(String reason) {
        counters.count(Ignored.UNAUTHENTICATED);
        Outcome.Builder outcome = Outcome.ignored(reason);
        if (!denied) {
            denied = true;
            outcome.send(path.datagram(unprotected(NotifyType.AUTHENTICATION_FAILED)));
            outcome.fact(new RegistrationDenied(path.remote(), null, reason));
        }
        return outcome;
    }

    /**
     * The peer has proven itself; the SA owns the transcript's keys from now on.
     *
     * @param subject of its certificate; null if it proved itself without one
     */
    PhaseOneSa establish(
            PhaseOneTranscript transcript,
            Identification proven,
            String subject,
            byte[] lastBlock) {
        PeerIdentity peer =
                new PeerIdentity(
                        proven.type().number(),
                        IdentityText.of(proven),
                        path.remote(),
                        opening.capabilities(),
                        subject);
        return transcript.establish(path, peer, opening.doi(), opening.lifetime(), lastBlock);
    }

    /** An informational message without protection (RFC 2408, section 4.8). */
    private byte[] unprotected(NotifyType type) {
        return Frame.clear(
                cookies,
                ExchangeType.INFORMATIONAL,
                List.of(cookies.notification(opening.doi(), type)));
    }
}

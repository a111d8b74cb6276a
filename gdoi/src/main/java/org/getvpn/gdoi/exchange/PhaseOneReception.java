// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/** Where first messages arrive: whether their senders may begin Phase 1, and with which suite. */
final class PhaseOneReception {
    private volatile PhaseOneSettings wanted;
    private PhaseOneSettings settings;
    private final PreSharedKeys preSharedKeys;
    private final SecureRandom randomness;
    private final EndpointCounters counters;
    private final byte[] cookieSecret = new byte[32];

    PhaseOneReception(
            PhaseOneSettings settings,
            PreSharedKeys preSharedKeys,
            SecureRandom randomness,
            EndpointCounters counters) {
        this.settings = Objects.requireNonNull(settings);
        this.wanted = settings;
        this.preSharedKeys = Objects.requireNonNull(preSharedKeys);
        this.randomness = Objects.requireNonNull(randomness);
        this.counters = counters;
        randomness.nextBytes(cookieSecret);
    }

    /** For first messages from now on. From any thread. */
    void replaceSettings(PhaseOneSettings next) {
        wanted = Objects.requireNonNull(next);
    }

    /** The mode of a first message, if it is one that is spoken here. */
    Optional<PhaseOneMode> modeOf(Frame frame) {
        settings = wanted; // here alone, so that one message is judged by one set of settings
        for (PhaseOneMode mode : PhaseOneMode.values()) {
            if (mode.exchange().equals(frame.exchange()) && !frame.isEncrypted()) {
                return Optional.of(mode).filter(settings::accepts);
            }
        }
        return Optional.empty();
    }

    /** The same for every copy of a first message, so that a copy finds its exchange. */
    CookiePair cookies(Frame frame, Datagram in) {
        byte[] rest =
                ByteBuffer.allocate(20)
                        .putLong(frame.cookies().initiator())
                        .putInt(frame.exchange().number())
                        .putInt(in.remote().port())
                        .putInt(in.local().port())
                        .array();
        byte[] token =
                Prf.SHA256.compute(
                        cookieSecret,
                        rest,
                        in.remote().address().getAddress(),
                        in.local().address().getAddress());
        long cookie = ByteBuffer.wrap(token).getLong();
        return new CookiePair(frame.cookies().initiator(), cookie == 0 ? 1 : cookie);
    }

    /** Takes a first message whose cookies are of no exchange yet. */
    Opened open(PhaseOneMode mode, CookiePair cookies, Frame frame, Datagram in) {
        ReturnPath path = ReturnPath.of(in);
        try {
            PayloadChain chain =
                    PayloadChain.read(
                            frame.firstPayload(), frame.body(), PayloadChain.Padding.NONE);
            return mode == PhaseOneMode.MAIN
                    ? openMain(cookies, frame, path, chain)
                    : openAggressive(cookies, frame, path, chain);
        } catch (NoProposalChosen e) {
            byte[] notify =
                    Frame.clear(
                            cookies,
                            ExchangeType.INFORMATIONAL,
                            List.of(cookies.notification(e.doi(), NotifyType.NO_PROPOSAL_CHOSEN)));
            return new Opened(
                    null,
                    Outcome.refused(e.getMessage())
                            .send(path.datagram(notify))
                            .fact(new RegistrationDenied(in.remote(), null, e.getMessage())));
        } catch (MalformedPayload e) {
            return ignored(Ignored.MALFORMED, e.getMessage());
        }
    }

    private Opened openMain(CookiePair cookies, Frame frame, ReturnPath path, PayloadChain chain)
            throws MalformedPayload, NoProposalChosen {
        InetAddress source = path.remote().address();
        Optional<SecretBytes> key = preSharedKeys.sharedWith(source);
        List<PhaseOneProposal> possible = possible(key.isPresent());
        if (possible.isEmpty()) {
            return unknown(source.getHostAddress());
        }
        MessageRule.MAIN_MODE_1_2.verify(chain);
        ResponderSide side = side(PhaseOneMode.MAIN, cookies, path, chain, possible);
        if (side.suite().method().usesEncryption()) {
            PublicKeyResponder exchange = new PublicKeyResponder(side);
            return new Opened(exchange, exchange.begin(frame));
        }
        MainModeResponder exchange = new MainModeResponder(side, key.orElse(null));
        return new Opened(exchange, exchange.begin(frame));
    }

    private Opened openAggressive(
            CookiePair cookies, Frame frame, ReturnPath path, PayloadChain chain)
            throws MalformedPayload, NoProposalChosen {
        // What follows the SA depends on the method, but a name for the key must be there.
        Identification claimed =
                Identification.read(chain.onlyBody(PayloadType.ID, 5, Frame.MAX_OCTETS));
        Optional<SecretBytes> key = keyOf(claimed, path.remote().address());
        List<PhaseOneProposal> possible = new ArrayList<>(possible(key.isPresent()));
        possible.removeIf(proposal -> proposal.method().usesEncryption());
        if (possible.isEmpty()) {
            return unknown(IdentityText.of(claimed));
        }
        MessageRule.AGGRESSIVE_MODE_1.verify(chain);
        AggressiveModeResponder exchange =
                AggressiveModeResponder.receiveSaKeyNonceId(
                        chain,
                        side(PhaseOneMode.AGGRESSIVE, cookies, path, chain, possible),
                        key.orElse(null));
        return new Opened(exchange, exchange.begin(frame, chain, randomness));
    }

    /** An address proves nothing unless it is the one that the message came from. */
    private Optional<SecretBytes> keyOf(Identification claimed, InetAddress source) {
        Optional<InetAddress> address = claimed.address();
        if (address.isPresent()) {
            return address.filter(source::equals).flatMap(preSharedKeys::sharedWith);
        }
        return preSharedKeys.sharedWith(IdentityText.of(claimed));
    }

    /** Without a key that is shared with the peer, only suites with certificates remain. */
    private List<PhaseOneProposal> possible(boolean sharesKey) {
        if (sharesKey) {
            return settings.proposals();
        }
        List<PhaseOneProposal> certified = new ArrayList<>();
        for (PhaseOneProposal proposal : settings.proposals()) {
            if (!proposal.method().usesPreSharedKey()) {
                certified.add(proposal);
            }
        }
        return certified;
    }

    private ResponderSide side(
            PhaseOneMode mode,
            CookiePair cookies,
            ReturnPath path,
            PayloadChain chain,
            List<PhaseOneProposal> possible)
            throws MalformedPayload, NoProposalChosen {
        PhaseOneOpening opening = PhaseOneOpening.read(chain, possible, settings.lifetime());
        return new ResponderSide(settings, cookies, path, mode, opening, counters);
    }

    private Opened unknown(String peer) {
        return ignored(
                Ignored.UNKNOWN_PEER, "no pre-shared key for " + peer + ": list one, if it may");
    }

    private Opened ignored(Ignored kind, String reason) {
        counters.count(kind);
        return new Opened(null, Outcome.ignored(reason));
    }

    /** What came of a first message. */
    static final class Opened {
        private final PhaseOneResponder exchange;
        private final Outcome.Builder outcome;

        Opened(PhaseOneResponder exchange, Outcome.Builder outcome) {
            this.exchange = exchange;
            this.outcome = outcome;
        }

        /** The exchange that began, if one did. */
        Optional<PhaseOneResponder> exchange() {
            return Optional.ofNullable(exchange);
        }

        Outcome.Builder outcome() {
            return outcome;
        }
    }
}

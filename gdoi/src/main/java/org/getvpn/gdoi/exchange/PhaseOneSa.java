// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;

/** A Phase 1 SA: both ends are authenticated, later exchanges are protected with it. */
final class PhaseOneSa {
    private final CookiePair cookies;
    private final ReturnPath path;
    private final PeerIdentity peer;
    private final int doi;
    private final Duration lifetime;
    private final PhaseOneKeys keys;
    private final IsakmpCipher cipher;
    private final byte[] lastBlock;
    private final DeadPeerDetection liveness = new DeadPeerDetection();

    /**
     * @param lastBlock the last ciphertext block of Phase 1, from which later IVs come
     */
    PhaseOneSa(
            CookiePair cookies,
            ReturnPath path,
            PeerIdentity peer,
            int doi,
            Duration lifetime,
            PhaseOneKeys keys,
            IsakmpCipher cipher,
            byte[] lastBlock) {
        this.cookies = cookies;
        this.path = path;
        this.peer = peer;
        this.doi = doi;
        this.lifetime = lifetime;
        this.keys = keys;
        this.cipher = cipher;
        this.lastBlock = lastBlock;
    }

    CookiePair cookies() {
        return cookies;
    }

    ReturnPath path() {
        return path;
    }

    PeerIdentity peer() {
        return peer;
    }

    int doi() {
        return doi;
    }

    /** From its beginning to its end, used or not. */
    Duration lifetime() {
        return lifetime;
    }

    /** The protection of one later exchange, from its first message on. */
    ProtectedExchange begin(ExchangeType exchangeType, int messageId) {
        byte[] iv = cipher.laterIv(keys.prf(), lastBlock, messageId);
        return new ProtectedExchange(cookies, keys, cipher, exchangeType, messageId, iv);
    }

    /** A message id that is not zero. */
    static int freshMessageId(SecureRandom randomness) {
        int id = randomness.nextInt();
        return id == 0 ? 1 : id;
    }

    /** One protected informational message (RFC 2409, section 5.7). */
    byte[] informational(SecureRandom randomness, Payload payload) {
        return begin(ExchangeType.INFORMATIONAL, freshMessageId(randomness)).seal(List.of(payload));
    }

    /** HDR*, HASH, N(R-U-THERE-ACK), if the peer asked and is owed an answer. */
    Optional<Datagram> answerQuestion(InformationalMessage said, SecureRandom randomness) {
        return said.question()
                .flatMap(liveness::answer)
                .map(answer -> path.datagram(informational(randomness, answer)));
    }

    /** HDR*, HASH, N(R-U-THERE); empty if the peer let too many pass (RFC 3706, section 5.3). */
    Optional<Datagram> ask(SecureRandom randomness) {
        return liveness.ask(randomness)
                .map(
                        number ->
                                path.datagram(
                                        informational(
                                                randomness,
                                                cookies.notification(
                                                        doi, NotifyType.R_U_THERE, number))));
    }

    /** What the peer sent under this SA tells that it is there. */
    void heard() {
        liveness.heard();
    }

    /** Whether it answers our last question. */
    boolean isAnsweredBy(InformationalMessage said) {
        return said.acknowledgement().filter(liveness::isAnsweredBy).isPresent();
    }

    void destroy() {
        keys.destroy();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Optional;
import org.getvpn.gdoi.wire.Notification;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;

/**
 * Dead peer detection under one Phase 1 SA (RFC 3706): answers to a peer that asks whether we are
 * there, and our own questions. A key server asks; a member does not, because its registration is
 * over within seconds and its own retransmissions tell.
 *
 * <p>A question that is older than the last one is a replay and gets no answer; the last one again
 * is a retransmission and does. Ours are numbered from a random number with the high bit zero on,
 * and only the acknowledgement of the last one counts (section 6.3).
 */
final class DeadPeerDetection {
    /** That many questions without an answer, and the peer is dead. */
    static final int MOST_QUESTIONS = 4;

    private static final int SEQUENCE_OCTETS = 4;

    private boolean wasAsked;
    private int last;
    private int asking;
    private int questions;

    /** R-U-THERE-ACK for that R-U-THERE, unless it is a replay or malformed. */
    Optional<Payload> answer(Notification question) {
        byte[] data = question.data();
        if (data.length != SEQUENCE_OCTETS) {
            return Optional.empty();
        }
        int sequence = ByteBuffer.wrap(data).getInt();
        if (wasAsked && Integer.compareUnsigned(sequence, last) < 0) {
            return Optional.empty();
        }
        wasAsked = true;
        last = sequence;
        return Optional.of(
                new Notification(
                                question.doi(),
                                question.protocol(),
                                question.spi(),
                                NotifyType.R_U_THERE_ACK,
                                data)
                        .write());
    }

    /** The number of our next R-U-THERE; empty if the peer let {@value #MOST_QUESTIONS} pass. */
    Optional<byte[]> ask(SecureRandom randomness) {
        if (questions == MOST_QUESTIONS) {
            return Optional.empty();
        }
        asking = (asking == 0 ? randomness.nextInt() : asking + 1) & Integer.MAX_VALUE;
        questions++;
        return Optional.of(ByteBuffer.allocate(SEQUENCE_OCTETS).putInt(asking).array());
    }

    /** Whether it answers our last question: then the peer is there. */
    boolean isAnsweredBy(Notification acknowledgement) {
        byte[] data = acknowledgement.data();
        boolean answered =
                questions > 0
                        && data.length == SEQUENCE_OCTETS
                        && ByteBuffer.wrap(data).getInt() == asking;
        if (answered) {
            heard();
        }
        return answered;
    }

    /** The peer said something else that only it can say. */
    void heard() {
        questions = 0;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.getvpn.gdoi.wire.Notification;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;

/**
 * Answers a peer that asks whether we are there (RFC 3706). We never ask: a registration is over
 * within seconds, and its own retransmissions tell.
 *
 * <p>A question that is older than the last one is a replay and gets no answer; the last one again
 * is a retransmission and does (section 6.3).
 */
final class DeadPeerDetection {
    private static final int SEQUENCE_OCTETS = 4;

    private boolean asked;
    private int last;

    /** R-U-THERE-ACK for that R-U-THERE, unless it is a replay or malformed. */
    Optional<Payload> answer(Notification question) {
        byte[] data = question.data();
        if (data.length != SEQUENCE_OCTETS) {
            return Optional.empty();
        }
        int sequence = ByteBuffer.wrap(data).getInt();
        if (asked && Integer.compareUnsigned(sequence, last) < 0) {
            return Optional.empty();
        }
        asked = true;
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
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Arrays;
import java.util.Optional;
import org.getvpn.gdoi.wire.Delete;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.Notification;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * What a protected informational message says about the Phase 1 SA that it came under (RFC 2409,
 * section 5.7). What it says about any other SA is none of its sender's business.
 */
final class InformationalMessage {
    private static final int PROTOCOL_ISAKMP = 1;
    private static final int FIRST_STATUS = 16_384;

    private final boolean deletion;
    private final boolean initialContact;
    private final NotifyType error;
    private final Notification question;
    private final Notification acknowledgement;

    private InformationalMessage(
            boolean deletion,
            boolean initialContact,
            NotifyType error,
            Notification question,
            Notification acknowledgement) {
        this.deletion = deletion;
        this.initialContact = initialContact;
        this.error = error;
        this.question = question;
        this.acknowledgement = acknowledgement;
    }

    /**
     * Reads the payloads of a message whose HASH fits.
     *
     * @param cookies of the SA
     */
    static InformationalMessage read(PayloadChain chain, CookiePair cookies)
            throws MalformedPayload {
        MessageRule.INFORMATIONAL.verify(chain);
        NotifyType error = null;
        Notification question = null;
        Notification acknowledgement = null;
        for (Payload payload : chain.all(PayloadType.NOTIFY)) {
            Notification notification = Notification.read(payload.body());
            if (notification.type().number() < FIRST_STATUS) {
                error = error == null ? notification.type() : error;
            } else if (!Arrays.equals(notification.spi(), cookies.octets())) {
                continue;
            } else if (notification.type().equals(NotifyType.R_U_THERE)) {
                question = notification;
            } else if (notification.type().equals(NotifyType.R_U_THERE_ACK)) {
                acknowledgement = notification;
            }
        }
        return new InformationalMessage(
                deletes(chain, cookies),
                PhaseOneNotices.announceInitialContact(chain, cookies),
                error,
                question,
                acknowledgement);
    }

    private static boolean deletes(PayloadChain chain, CookiePair cookies) throws MalformedPayload {
        boolean found = false;
        for (Payload payload : chain.all(PayloadType.DELETE)) {
            Delete delete = Delete.read(payload.body());
            found |=
                    delete.protocol() == PROTOCOL_ISAKMP
                            && delete.spis().stream()
                                    .anyMatch(spi -> Arrays.equals(spi, cookies.octets()));
        }
        return found;
    }

    /** Whether the SA is over for the peer (RFC 2408, section 3.15). */
    boolean deletesSa() {
        return deletion;
    }

    /** Whether the peer has no other SA with us. */
    boolean announcesInitialContact() {
        return initialContact;
    }

    /** What the peer could not do, if it says so. */
    Optional<NotifyType> error() {
        return Optional.ofNullable(error);
    }

    /** R-U-THERE (RFC 3706, section 5.3), if it asks. */
    Optional<Notification> question() {
        return Optional.ofNullable(question);
    }

    /** R-U-THERE-ACK (RFC 3706, section 5.3), if it holds one. */
    Optional<Notification> acknowledgement() {
        return Optional.ofNullable(acknowledgement);
    }
}

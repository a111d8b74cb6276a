// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Arrays;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.Notification;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/** Notifications that come with the last messages of Phase 1. */
final class PhaseOneNotices {
    private PhaseOneNotices() {}

    /**
     * Whether the peer says that it has no earlier SA with us (INITIAL-CONTACT; RFC 2407, section
     * 4.6.3.3). Believed only once the peer has proven itself.
     *
     * <p>The SPI is the cookie pair; some send none.
     */
    static boolean announceInitialContact(PayloadChain chain, CookiePair cookies) {
        for (Payload payload : chain.all(PayloadType.NOTIFY)) {
            try {
                Notification notice = Notification.read(payload.body());
                if (notice.type().equals(NotifyType.INITIAL_CONTACT)
                        && (notice.spi().length == 0
                                || Arrays.equals(notice.spi(), cookies.octets()))) {
                    return true;
                }
            } catch (MalformedPayload e) {
                // What nobody can read says nothing; the proof beside it counts all the same.
                continue;
            }
        }
        return false;
    }
}

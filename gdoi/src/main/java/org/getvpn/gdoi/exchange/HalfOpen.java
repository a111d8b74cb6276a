// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * All that is kept of a first message of Main Mode until the third comes: less than 1 KiB with the
 * longest offer, since anybody can make us keep one. The second message is made again for every
 * copy of the first.
 */
final class HalfOpen {
    private final PhaseOneSettings settings;
    private final CookiePair cookies;
    private final ReturnPath path;
    private final PhaseOneOpening opening;

    HalfOpen(
            PhaseOneSettings settings,
            CookiePair cookies,
            ReturnPath path,
            PhaseOneOpening opening) {
        this.settings = settings;
        this.cookies = cookies;
        this.path = path;
        this.opening = opening;
    }

    /** By which the offer was judged; the exchange ends by them too. */
    PhaseOneSettings settings() {
        return settings;
    }

    CookiePair cookies() {
        return cookies;
    }

    ReturnPath path() {
        return path;
    }

    PhaseOneOpening opening() {
        return opening;
    }

    /** Whether a first message makes the offer that was chosen from. */
    boolean repeats(Frame in) {
        try {
            PayloadChain chain =
                    PayloadChain.read(in.firstPayload(), in.body(), PayloadChain.Padding.NONE);
            return Arrays.equals(
                    opening.offer(), chain.onlyBody(PayloadType.SA, 0, Frame.MAX_OCTETS));
        } catch (MalformedPayload e) {
            return false;
        }
    }

    /** &lt;-- HDR, SA, VID, VID [, VID]. */
    Datagram answer() {
        List<Payload> payloads = new ArrayList<>();
        payloads.add(opening.answer());
        payloads.addAll(VendorId.ofResponder(settings));
        return path.datagram(Frame.clear(cookies, PhaseOneMode.MAIN.exchange(), payloads));
    }
}

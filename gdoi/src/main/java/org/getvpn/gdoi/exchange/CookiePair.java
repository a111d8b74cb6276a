// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.nio.ByteBuffer;
import java.util.List;
import org.getvpn.gdoi.wire.Delete;
import org.getvpn.gdoi.wire.Notification;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;

/** The initiator's and the responder's cookie, 8 octets each: the name of a Phase 1 SA. */
final class CookiePair {
    private static final int PROTOCOL_ISAKMP = 1;

    private final long initiator;
    private final long responder;

    CookiePair(long initiator, long responder) {
        this.initiator = initiator;
        this.responder = responder;
    }

    long initiator() {
        return initiator;
    }

    long responder() {
        return responder;
    }

    /** CKY-I | CKY-R, 16 octets. */
    byte[] octets() {
        return ByteBuffer.allocate(16).putLong(initiator).putLong(responder).array();
    }

    /** A Notification payload about the Phase 1 SA with these cookies. */
    Payload notification(int doi, NotifyType type) {
        return notification(doi, type, new byte[0]);
    }

    /** A Notification payload about the Phase 1 SA with these cookies, with data. */
    Payload notification(int doi, NotifyType type, byte[] data) {
        return new Notification(doi, PROTOCOL_ISAKMP, octets(), type, data).write();
    }

    /** A Delete payload for the Phase 1 SA with these cookies. */
    Payload deletion(int doi) {
        return new Delete(doi, PROTOCOL_ISAKMP, 16, List.of(octets())).write();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CookiePair
                && initiator == ((CookiePair) other).initiator
                && responder == ((CookiePair) other).responder;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(initiator) * 31 + Long.hashCode(responder);
    }

    @Override
    public String toString() {
        return String.format("%016x:%016x", initiator, responder);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.wire.MalformedPayload;

/** A message that is ignored for a reason with a name of its own. */
final class RefusedMessage extends MalformedPayload {
    private static final long serialVersionUID = 1L;

    private final Ignored kind;

    RefusedMessage(Ignored kind, String reason) {
        super(reason);
        this.kind = kind;
    }

    /** What such a message counts as. */
    static Ignored kind(Exception refusal) {
        return refusal instanceof RefusedMessage
                ? ((RefusedMessage) refusal).kind
                : Ignored.UNAUTHENTICATED;
    }
}

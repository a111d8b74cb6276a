// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import org.getvpn.gm.packet.DropReason;

/**
 * One window over the sequence number of ESP (RFC 4303, section 3.4.3), for every transform. It is
 * for groups of two members, of which each hears one other: a third one's numbers would be taken
 * for the second one's, and its packets refused as played back.
 *
 * <p>A member that begins anew under the same key counts from one again. What it sends is refused
 * until its numbers are beyond those heard before, or a new key comes; with counter modes {@link
 * StrictReplay} tells its former life from its new one.
 */
public final class CounterReplay implements ReplayCheck {
    private static final int PEER = 0;

    private final StrictReplay windows = new StrictReplay(1);

    /** A window that has seen nothing. */
    public CounterReplay() {}

    @Override
    public DropReason refusal(int sequenceNumber, long iv) {
        // the first number is one, and none follows 2^32 - 1 (RFC 4303, section 3.3.3)
        return sequenceNumber == 0
                ? DropReason.REPLAYED
                : windows.refusal(PEER, of(sequenceNumber));
    }

    @Override
    public DropReason accepted(int sequenceNumber, long iv) {
        return windows.accepted(PEER, of(sequenceNumber));
    }

    /** As if it were the counter of the only sender. */
    private static long of(int sequenceNumber) {
        return Integer.toUnsignedLong(sequenceNumber);
    }
}

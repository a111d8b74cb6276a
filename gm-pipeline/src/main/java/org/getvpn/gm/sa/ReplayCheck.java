// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import org.getvpn.gm.packet.DropReason;

/**
 * Where a check for replayed packets hooks into reception. A packet that does not prove authentic
 * must not move any window: so the check is asked first and told afterwards, and the second answer
 * is the one that holds: meanwhile another packet thread may have taken the same packet. Used by
 * any number of threads, without a lock.
 */
public interface ReplayCheck {
    /**
     * No check by sequence number: in a group SA with several senders it has no meaning (RFC 4303,
     * section 3.4.3; RFC 6407, section 7.3).
     */
    ReplayCheck NONE =
            new ReplayCheck() {
                @Override
                public DropReason refusal(int sequenceNumber, long iv) {
                    return null;
                }

                @Override
                public DropReason accepted(int sequenceNumber, long iv) {
                    return null;
                }
            };

    /**
     * Why the packet is not taken, or null if it may be new, judged by what is not yet
     * authenticated.
     */
    DropReason refusal(int sequenceNumber, long iv);

    /**
     * The packet was authentic.
     *
     * @return why it is not taken all the same, or null if it is new; null for one of any number of
     *     threads that ask about the same packet
     */
    DropReason accepted(int sequenceNumber, long iv);
}

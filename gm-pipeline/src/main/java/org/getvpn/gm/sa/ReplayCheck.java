// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

/**
 * Where a check for replayed packets hooks into reception. A packet that does not prove authentic
 * must not move any window: so the check is asked first and told afterwards.
 */
public interface ReplayCheck {
    /**
     * No check by sequence number: in a group SA with several senders it has no meaning (RFC 4303,
     * section 3.4.3; RFC 6407, section 7.3).
     */
    ReplayCheck NONE =
            new ReplayCheck() {
                @Override
                public boolean mayBeNew(int sequenceNumber, long iv) {
                    return true;
                }

                @Override
                public void accepted(int sequenceNumber, long iv) {}
            };

    /** Whether the packet may be new, judged by what is not yet authenticated. */
    boolean mayBeNew(int sequenceNumber, long iv);

    /** The packet was authentic. */
    void accepted(int sequenceNumber, long iv);
}

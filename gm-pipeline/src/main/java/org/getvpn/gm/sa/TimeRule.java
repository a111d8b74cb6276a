// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

/**
 * Time-based anti-replay of an SA, for its whole life (draft-weis-delay-detection-03).
 *
 * @param type of the header: 1 with POSIX time, 129 with pseudotime
 * @param toleranceMicros how far a packet's time may be from ours, to either side: half of the
 *     window, in microseconds
 * @param time what time it is
 */
public record TimeRule(int type, long toleranceMicros, PacketTime time) {
    /** Octets that the header takes in front of the inner packet. */
    public static final int HEADER = 12;

    /** Type of the header with the sender's POSIX time. */
    public static final int POSIX_TIME = 1;

    /** Type of the header with the group's pseudotime: private use of the draft. */
    public static final int PSEUDOTIME = 129;
}

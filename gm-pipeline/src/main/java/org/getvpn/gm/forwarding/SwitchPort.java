// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import org.getvpn.gm.io.PacketIo;

/**
 * An interface as a port of the switch.
 *
 * @param number 1 to 509, as controllers call it
 * @param io closed with the switch
 */
public record SwitchPort(int number, PacketIo io) {
    /** Greatest number: 510 is the controller, 511 drops. */
    public static final int GREATEST = 509;

    /**
     * @throws IllegalArgumentException for a number out of range
     */
    public SwitchPort {
        if (number < 1 || number > GREATEST) {
            throw new IllegalArgumentException(
                    "port " + number + ": must be 1 to " + GREATEST + ", for example 1");
        }
    }
}

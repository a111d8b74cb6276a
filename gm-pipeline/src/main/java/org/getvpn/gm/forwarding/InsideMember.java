// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import org.getvpn.gm.io.PacketIo;
import org.getvpn.gm.pipeline.CryptoPort;

/**
 * The group member behind a port of the switch, in the same process. What the program sends to the
 * port goes to the ESP engine, but for what is addressed to the member itself: that goes to an
 * interface behind which the kernel holds the member's address, and from there come its
 * registrations. Both enter the program by the member's port.
 *
 * @param number of the port, 1 to 509
 * @param crypto closed with the switch
 * @param control the interface; closed with the switch
 * @param address the member's IPv4 address in network order: GDOI comes to it over IPv4, and IPv6
 *     to the port goes to {@code crypto} alone
 */
public record InsideMember(int number, CryptoPort crypto, PacketIo control, int address) {
    /**
     * @throws IllegalArgumentException for a number out of range
     */
    public InsideMember {
        new SwitchPort(number, control);
    }

    /** Its interface as a port of the switch. */
    public SwitchPort port() {
        return new SwitchPort(number, control);
    }
}

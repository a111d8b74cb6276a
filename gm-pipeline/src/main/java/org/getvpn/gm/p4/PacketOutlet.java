// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

/** Where packets of a controller enter the switch. Used by one thread at a time. */
public interface PacketOutlet {
    /**
     * Sends a frame as the program does with a packet-out.
     *
     * @param port 0 to 511
     * @param frame an Ethernet frame
     * @throws RefusedUpdate INVALID_ARGUMENT for a port that is not there or a frame that is too
     *     long for it
     */
    void send(int port, byte[] frame) throws RefusedUpdate;
}

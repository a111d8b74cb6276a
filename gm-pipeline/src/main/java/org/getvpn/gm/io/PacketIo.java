// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import org.getvpn.gm.packet.Frame;

/** One interface as the pipeline sees it. One thread receives and sends. */
public interface PacketIo extends AutoCloseable {
    /**
     * Receives what is there, waiting at most {@code timeoutMillis} for the first frame.
     *
     * @param frames filled from the front; each belongs to the caller until the next call
     * @return how many were filled, 0 at time-out or when woken
     */
    int receive(Frame[] frames, int timeoutMillis);

    /**
     * Sends frames in order, then forgets them.
     *
     * @param count how many of {@code frames}, from the front
     * @return how many the interface took; the rest is lost
     */
    int send(Frame[] frames, int count);

    /** The interface's own address, 48 bits. */
    long macAddress();

    /** The interface's MTU: octets of a network-layer packet. */
    int mtu();

    @Override
    void close();
}

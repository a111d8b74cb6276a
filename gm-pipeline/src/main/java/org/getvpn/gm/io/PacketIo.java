// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

/**
 * One interface: raw Ethernet frames in and out. Frames sent by this host, whoever sends them, are
 * not received. What a sender on the same machine left to its interface to do is not done yet when
 * a frame is received: see the {@link org.getvpn.gm.packet.VirtioHeader} before it.
 */
public interface PacketIo extends AutoCloseable {
    /** Name for logs, for example {@code gm1-eth0}. */
    String name();

    /** The interface's own address, in the low 48 bits. */
    long macAddress();

    /** Longest IP packet that the interface sends, in octets. */
    int mtu();

    /**
     * Receives what is there, or waits for it.
     *
     * @param timeoutMillis how long to wait at most
     * @return one or more frames, or an empty batch after the time; valid until the next call, and
     *     the caller may write into it
     */
    FrameBatch receive(int timeoutMillis);

    /** A way of sending complete frames for one thread. */
    FrameSink newSink();

    /**
     * A way of sending for one thread that also takes super-frames of up to {@link
     * org.getvpn.gm.packet.Ipv4#MAX_LENGTH} octets, for the interface or its peer to cut.
     */
    FrameSink newSuperFrameSink();

    /** Frames lost before they could be read, since the start. */
    long receiveLosses();

    @Override
    void close();
}

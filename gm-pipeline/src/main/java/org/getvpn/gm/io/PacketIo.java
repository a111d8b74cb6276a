// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

/**
 * One interface: raw Ethernet frames in and out. Frames sent by this host, whoever sends them, are
 * not received.
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

    /** A way of sending for one thread. */
    FrameSink newSink();

    /** Frames lost before they could be read, since the start. */
    long receiveLosses();

    @Override
    void close();
}

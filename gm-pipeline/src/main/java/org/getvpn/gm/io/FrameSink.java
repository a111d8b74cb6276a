// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

/** One thread's way of sending on one interface. */
public interface FrameSink extends AutoCloseable {
    /** Frames to go, written by the caller. */
    FrameBatch batch();

    /**
     * Sends the batch and empties it.
     *
     * @return how many of its frames were refused
     */
    int flush();

    @Override
    void close();
}

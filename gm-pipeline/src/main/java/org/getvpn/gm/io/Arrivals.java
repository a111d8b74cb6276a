// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

/** Which of several interfaces have frames to read; for one thread that reads them all. */
public interface Arrivals extends AutoCloseable {
    /** Every interface is looked at, without waiting: for interfaces that nobody can wait for. */
    Arrivals EVERYWHERE =
            new Arrivals() {
                @Override
                public void await(int timeoutMillis) {}

                @Override
                public boolean at(int index) {
                    return true;
                }

                @Override
                public void close() {}
            };

    /** Waits until a frame has come to one of them, or for so long. */
    void await(int timeoutMillis);

    /** Whether frames had come to this one, by its place among them, when the wait ended. */
    boolean at(int index);

    @Override
    void close();
}

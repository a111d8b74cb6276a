// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.util.function.Consumer;

/** A thread that repeats one step until it is told to stop, or the step fails. */
final class Worker {
    private final Thread thread;
    private volatile boolean stopped;

    /**
     * @param step waits a short time at most by itself
     * @param failed told what ended the thread, if it was not {@link #stop}
     */
    Worker(String name, Runnable step, Consumer<Throwable> failed) {
        thread =
                new Thread(
                        () -> {
                            try {
                                while (!stopped) {
                                    step.run();
                                }
                            } catch (RuntimeException | Error e) {
                                failed.accept(e);
                            }
                        },
                        name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Returns when the thread has ended. */
    void stop() {
        stopped = true;
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

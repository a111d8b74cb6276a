// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.ike;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A running responder: a process whose processor time can be read. */
final class Responder implements AutoCloseable {
    private static final int PORT_WAIT_SECONDS = 30;
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TIME = 11;

    private final Process process;
    private final int port;
    private final String description;

    /**
     * @param process may be a launcher that replaced itself by the responder
     * @param ready asked until it says yes
     */
    Responder(Process process, int port, String description, BooleanSupplier ready)
            throws IOException {
        this.process = process;
        this.port = port;
        this.description = description;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PORT_WAIT_SECONDS);
        try {
            while (!ready.getAsBoolean()) {
                if (process.waitFor(100, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                    process.destroyForcibly();
                    throw new IOException(description + " did not begin to serve");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    int port() {
        return port;
    }

    String description() {
        return description;
    }

    /** Seconds of processor time, user and system, of all its threads; as fine as 10 ms. */
    double processorSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]))
                / TICKS_PER_SECOND;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.lab;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. */
public final class Command {
    /** Characters of a failed program's words that are repeated. */
    private static final int SAID = 1000;

    private Command() {}

    /**
     * What it printed, both streams.
     *
     * @throws IOException with what it said if it failed
     */
    public static String output(String... words) throws IOException {
        return output(List.of(words), "");
    }

    /**
     * The same with something on its standard input.
     *
     * @throws IOException with what it said if it failed
     */
    public static String output(List<String> words, String input) throws IOException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        try (OutputStream to = process.getOutputStream()) {
            to.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (end(process, Long.MAX_VALUE) != 0) {
            throw new IOException(String.join(" ", words) + ": " + tail(said.strip()));
        }
        return said;
    }

    private static String tail(String said) {
        return said.substring(Math.max(0, said.length() - SAID));
    }

    /** Starts a program that goes on; what it prints is in the file. */
    public static Process start(List<String> words, File log) throws IOException {
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    /** Asks a program to end, and ends it if it does not within some seconds. */
    public static void stop(Process process) throws IOException {
        process.destroy();
        if (end(process, 5) < 0) {
            process.destroyForcibly();
            end(process, 5);
        }
    }

    /** Waits for the end of a program that ends by itself. */
    public static void waitFor(Process process) throws IOException {
        end(process, 60);
    }

    /** Exit code, or -1 if it still runs after so many seconds. */
    private static int end(Process process, long seconds) throws IOException {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** True if the program is on the path. */
    public static boolean exists(String program) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            if (new File(folder, program).canExecute()) {
                return true;
            }
        }
        return new File("/usr/sbin", program).canExecute();
    }
}

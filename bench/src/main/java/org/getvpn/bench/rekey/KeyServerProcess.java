// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.rekey;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** A {@link ServedGroup} in a process of its own. */
final class KeyServerProcess implements AutoCloseable {
    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;
    private final Path log;
    private final double secondsToServe;

    /** Returns when it serves. */
    KeyServerProcess(GroupFiles files, Path configuration) throws IOException {
        long begin = System.nanoTime();
        log = files.log();
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ServedGroup.class.getName(),
                                configuration.toString())
                        .redirectError(ProcessBuilder.Redirect.appendTo(files.log().toFile()))
                        .start();
        orders = process.outputWriter(StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
        String first = answer();
        if (!"serving".equals(first)) {
            process.destroyForcibly();
            throw new IOException("the key server does not serve: look at " + files.log());
        }
        secondsToServe = (System.nanoTime() - begin) / 1e9;
    }

    /** From the start of the process on, reading the store included. */
    double secondsToServe() {
        return secondsToServe;
    }

    /** Has an order carried out. */
    synchronized String ask(String order) {
        try {
            orders.write(order + "\n");
            orders.flush();
            String answer = answer();
            if (answer == null) {
                throw new IllegalStateException("the key server ended at \"" + order + "\"");
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null at the end. */
    private String answer() throws IOException {
        String line = answers.readLine();
        while (line != null && !line.startsWith(ServedGroup.MARK)) {
            Files.writeString(
                    log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            line = answers.readLine();
        }
        return line == null ? null : line.substring(ServedGroup.MARK.length());
    }

    /** As the power fails. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Debian's Python, whose modules know ESP from other people than us. */
final class Python {
    private static final Path PROGRAM = Path.of("/usr/bin/python3");

    private Python() {}

    /** Whether a module is installed. */
    static boolean has(String module) {
        try {
            return Files.isExecutable(PROGRAM) && run("import " + module, "").isEmpty();
        } catch (IOException | InterruptedException | AssertionError e) {
            return false;
        }
    }

    /** What to do for want of it. */
    static String hint(String module) {
        return String.format(
                "python3-%s is not installed: apt-get install python3-%s", module, module);
    }

    /** What a program prints that is given {@code input}. */
    static String run(String program, String input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(PROGRAM.toString(), "-c", program).start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
        process.waitFor(60, TimeUnit.SECONDS);
        assertEquals(0, process.exitValue(), errors);
        return output;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares a text with the one that somebody read and approved. */
public final class Golden {
    private Golden() {}

    /** What was found is left in {@code target/golden}, to be read and, if right, copied. */
    public static void assertMatches(String name, String actual) throws IOException {
        Path found = Path.of("target", "golden", name);
        Files.createDirectories(found.getParent());
        Files.writeString(found, actual);
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
            String expected =
                    in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(expected, actual, "found: " + found.toAbsolutePath());
        }
    }
}

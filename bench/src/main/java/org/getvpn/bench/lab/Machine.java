// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine that all contenders share with other work. */
public final class Machine {
    private static final Path AUTOGROUP = Path.of("/proc/self/autogroup");

    private Machine() {}

    /**
     * Other work shall disturb as little as it can; the same for all contenders, whose programs
     * inherit it. Needs root.
     */
    public static void goFirst() throws IOException {
        if (Files.exists(AUTOGROUP)) {
            Files.writeString(AUTOGROUP, "-20");
        }
    }

    /** The load average of the last minute: programs that want a processor. */
    public static double load() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }
}

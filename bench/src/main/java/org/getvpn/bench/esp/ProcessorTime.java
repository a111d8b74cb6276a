// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Processor time of programs, user and system, of all their threads; as fine as 10 ms. */
final class ProcessorTime {
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TIME = 11;

    private ProcessorTime() {}

    /** Seconds since they started. */
    static double seconds(List<Process> processes) throws IOException {
        long ticks = 0;
        for (Process process : processes) {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            ticks += Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
        }
        return ticks / TICKS_PER_SECOND;
    }
}

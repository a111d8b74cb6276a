// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.getvpn.bench.lab.Command;

/** A pair of gateways that runs. */
interface Gateways extends AutoCloseable {
    /** The programs that packets pass, none for the kernel. */
    List<Process> processes();

    /**
     * Packets lost since the start, by the name that the gateways themselves count them under;
     * empty if they do not count.
     */
    Map<String, Long> losses() throws IOException;

    @Override
    void close() throws IOException;

    /**
     * Gateways that are programs and do not count what they lose.
     *
     * @param processes may still grow while the gateways start; all end with {@link #close}
     */
    static Gateways thatCountNoLosses(List<Process> processes) {
        return new Gateways() {
            @Override
            public List<Process> processes() {
                return processes;
            }

            @Override
            public Map<String, Long> losses() {
                return Map.of();
            }

            @Override
            public void close() throws IOException {
                for (Process process : processes) {
                    Command.stop(process);
                }
            }
        };
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.getvpn.ks.group.Boot;

/** Reads {@link Boot} from Linux (proc(5): boot_id, uptime). */
final class LinuxBoot {
    private static final Path ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final int MILLIS_PER_SECOND = 1000;

    private LinuxBoot() {}

    /**
     * The present run of the machine. Where the kernel says nothing, each call is another one, so
     * that nothing is taken to go on.
     */
    static Boot read() {
        try {
            double seconds = Double.parseDouble(Files.readString(UPTIME).split(" ")[0]);
            return new Boot(Files.readString(ID).trim(), Math.round(seconds * MILLIS_PER_SECOND));
        } catch (IOException | NumberFormatException e) {
            return new Boot(UUID.randomUUID().toString(), 0);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** How many queues an interface receives by (linux/ethtool.h, ETHTOOL_GCHANNELS). */
final class InterfaceQueues {
    private static final long SIOCETHTOOL = 0x8946;
    private static final int GET_CHANNELS = 0x3c;
    private static final int IFREQ = 40;
    private static final int IFREQ_VALUE = 16;
    private static final int CHANNELS = 36;
    private static final int RECEIVING = 20;
    private static final int COMBINED = 32;

    private InterfaceQueues() {}

    /**
     * Asks the driver.
     *
     * @param socket any
     * @return 1 or more; {@link Integer#MAX_VALUE} if the driver does not say
     */
    static int of(Libc libc, int socket, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment channels = arena.allocate(CHANNELS, 8);
            channels.set(ValueLayout.JAVA_INT, 0, GET_CHANNELS);
            MemorySegment request = arena.allocate(IFREQ, 8);
            request.setString(0, name);
            request.set(ValueLayout.JAVA_LONG, IFREQ_VALUE, channels.address());
            libc.interfaceControl(socket, SIOCETHTOOL, request);
            return Math.max(
                    1,
                    channels.get(ValueLayout.JAVA_INT, RECEIVING)
                            + channels.get(ValueLayout.JAVA_INT, COMBINED));
        } catch (IOException e) {
            return Integer.MAX_VALUE; // the kernel refuses one too many by itself
        }
    }
}

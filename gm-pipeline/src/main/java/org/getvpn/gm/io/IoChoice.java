// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;

/** How frames of an interface come and go, as the configuration says it. */
public enum IoChoice {
    /** AF_XDP if it works on this machine and interface, else packet sockets; the default */
    AUTO,
    /** AF_XDP sockets in generic mode; an error if they do not work */
    XDP,
    /** packet sockets with recvmmsg(2) and sendmmsg(2) */
    MMSG;

    /** As the configuration writes it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Opens an interface.
     *
     * @param fellBack hears why AF_XDP is not used although {@link #AUTO} would prefer it
     * @throws IOException naming the interface and the remedy
     */
    public PacketIo open(String interfaceName, Consumer<String> fellBack) throws IOException {
        PacketSocket socket = new PacketSocket(interfaceName);
        if (this == MMSG) {
            return socket;
        }
        try {
            return new XdpSocket(socket);
        } catch (IOException e) {
            if (this == XDP) {
                socket.close();
                throw new IOException(
                        "interface \""
                                + interfaceName
                                + "\" cannot be used by AF_XDP ("
                                + e.getMessage()
                                + "): say io: auto or io: mmsg",
                        e);
            }
            fellBack.accept(e.getMessage());
            return socket;
        }
    }
}

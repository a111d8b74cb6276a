// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** How frames of an interface come and go, as the configuration says it. */
public enum IoChoice {
    /** AF_XDP if it works on this machine and interface, else packet sockets; the default */
    AUTO,
    /** AF_XDP sockets; an error if they do not work */
    XDP,
    /** packet sockets with recvmmsg(2) and sendmmsg(2) */
    MMSG;

    /** As the configuration writes it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Opens an interface for one thread or several, of which each gets a share of its frames as
     * {@link PacketSocket#share} says. AF_XDP takes as many queues.
     *
     * @param shares 1 to 64
     * @param fellBack hears why AF_XDP is not used although {@link #AUTO} would prefer it
     * @return as many
     * @throws IOException naming the interface and the remedy
     */
    public List<? extends PacketIo> open(
            String interfaceName, int shares, Consumer<String> fellBack) throws IOException {
        List<PacketSocket> sockets = PacketSocket.share(interfaceName, shares);
        if (this == MMSG) {
            return sockets;
        }
        try {
            return XdpSocket.open(sockets);
        } catch (IOException e) {
            if (this == XDP) {
                sockets.forEach(PacketSocket::close);
                throw new IOException(
                        "interface \""
                                + interfaceName
                                + "\" cannot be used by AF_XDP ("
                                + e.getMessage()
                                + "): say io: auto or io: mmsg",
                        e);
            }
            fellBack.accept(e.getMessage());
            return sockets;
        }
    }
}

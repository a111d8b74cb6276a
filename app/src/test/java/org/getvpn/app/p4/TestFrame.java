// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import org.onlab.packet.Ip4Address;

/** An IPv4 packet as the program's parser shows it. */
final class TestFrame {
    final long inPort;
    final Ip4Address source;
    final Ip4Address destination;
    final int protocol;
    final int spi;

    /** As in reach: 0 for a later fragment, and for what has none. */
    final int sourcePort;

    final int destinationPort;
    final int icmpType;
    final boolean laterFragment;

    /**
     * @param sourcePort of UDP and TCP, the type of ICMP, the SPI of ESP
     */
    TestFrame(
            long inPort,
            String source,
            String destination,
            int protocol,
            int sourcePort,
            int destinationPort,
            boolean laterFragment) {
        boolean ports = !laterFragment && (protocol == 6 || protocol == 17);
        this.inPort = inPort;
        this.source = Ip4Address.valueOf(source);
        this.destination = Ip4Address.valueOf(destination);
        this.protocol = protocol;
        this.sourcePort = ports ? sourcePort : 0;
        this.destinationPort = ports ? destinationPort : 0;
        this.icmpType = !laterFragment && protocol == 1 ? sourcePort : 0;
        this.spi = !laterFragment && protocol == 50 ? sourcePort : 0;
        this.laterFragment = laterFragment;
    }

    boolean isEsp() {
        return protocol == 50 && !laterFragment;
    }

    boolean isGdoi() {
        return protocol == 17
                && (destinationPort == 848 || sourcePort == 0 && destinationPort == 0);
    }

    @Override
    public String toString() {
        return inPort
                + ": "
                + source
                + ":"
                + sourcePort
                + " > "
                + destination
                + ":"
                + destinationPort
                + " proto "
                + protocol
                + " spi "
                + spi
                + (laterFragment ? " later fragment" : "");
    }
}

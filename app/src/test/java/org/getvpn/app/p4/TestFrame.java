// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import org.onlab.packet.IpAddress;

/** An IP packet as the program's parser shows it. */
public final class TestFrame {
    /** What the program shows in place of a protocol behind extension headers. */
    private static final int HIDDEN = 255;

    final long inPort;
    final IpAddress source;
    final IpAddress destination;
    final int protocol;
    final int spi;

    /** As in reach: 0 for a later fragment, and for what has none. */
    final int sourcePort;

    final int destinationPort;
    final int icmpType;
    private final boolean hides;

    /**
     * @param sourcePort of UDP and TCP, the type of ICMP, the SPI of ESP
     * @param hides its ports, as a later fragment of IPv4 and a packet with options; of IPv6 its
     *     protocol too, as one with extension headers
     */
    public TestFrame(
            long inPort,
            String source,
            String destination,
            int protocol,
            int sourcePort,
            int destinationPort,
            boolean hides) {
        boolean ports = !hides && (protocol == 6 || protocol == 17);
        this.inPort = inPort;
        this.source = IpAddress.valueOf(source);
        this.destination = IpAddress.valueOf(destination);
        this.protocol = hides && this.source.isIp6() ? HIDDEN : protocol;
        this.sourcePort = ports ? sourcePort : 0;
        this.destinationPort = ports ? destinationPort : 0;
        this.icmpType = !hides && (protocol == 1 || protocol == 58) ? sourcePort : 0;
        this.spi = !hides && protocol == 50 ? sourcePort : 0;
        this.hides = hides;
    }

    boolean isEsp() {
        return protocol == 50 && !hides;
    }

    boolean isGdoi() {
        return protocol == 17
                && (destinationPort == 848 || sourcePort == 0 && destinationPort == 0);
    }

    /** Of those that come here, all have hop limit 255. */
    boolean isDiscovery() {
        return protocol == 58 && icmpType >= 133 && icmpType <= 137;
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
                + (hides ? " hides" : "");
    }
}

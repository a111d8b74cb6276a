// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;

/** A packet as its sender made it. */
final class SitePacket {
    /** What stands between the IP header and the ports of a packet. */
    enum Cover {
        NONE,
        /**
         * it is a fragment that is not the first: OpenFlow and P4 see no ports, in IPv6 no protocol
         */
        LATER_FRAGMENT,
        /** options of IPv4, extension headers of IPv6: in the way of P4 alone */
        HEADERS
    }

    final long port;
    final String source;
    final String destination;
    final int protocol;
    final int sourcePort;
    final int destinationPort;
    final Cover cover;

    SitePacket(
            long port,
            String source,
            String destination,
            int protocol,
            int sourcePort,
            int destinationPort,
            Cover cover) {
        this.port = port;
        this.source = source;
        this.destination = destination;
        this.protocol = protocol;
        this.sourcePort = sourcePort;
        this.destinationPort = destinationPort;
        this.cover = cover;
    }

    boolean isIpv6() {
        return source.indexOf(':') >= 0;
    }

    boolean isHidden(SwitchKind kind) {
        return cover == Cover.LATER_FRAGMENT || cover == Cover.HEADERS && kind == SwitchKind.P4;
    }

    /** As the P4 program sees it. */
    TestFrame frame() {
        return new TestFrame(
                port,
                source,
                destination,
                protocol,
                sourcePort,
                destinationPort,
                isHidden(SwitchKind.P4));
    }

    SitePacket turned() {
        return new SitePacket(
                port, destination, source, protocol, destinationPort, sourcePort, cover);
    }

    boolean matches(PolicyLine line) {
        return IpPrefix.valueOf(line.source()).contains(address(source))
                && IpPrefix.valueOf(line.destination()).contains(address(destination))
                && (line.protocol() == 0 || line.protocol() == protocol)
                && (line.sourcePort() == 0 || line.sourcePort() == sourcePort)
                && (line.destinationPort() == 0 || line.destinationPort() == destinationPort);
    }

    private static IpAddress address(String text) {
        return IpAddress.valueOf(text);
    }

    @Override
    public String toString() {
        return port
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
                + " "
                + cover;
    }
}

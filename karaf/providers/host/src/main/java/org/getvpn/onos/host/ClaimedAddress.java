// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.host;

import java.util.Optional;
import org.onlab.packet.ARP;
import org.onlab.packet.Ethernet;
import org.onlab.packet.ICMP6;
import org.onlab.packet.IPv6;
import org.onlab.packet.Ip4Address;
import org.onlab.packet.Ip6Address;
import org.onlab.packet.IpAddress;
import org.onlab.packet.ndp.NeighborAdvertisement;
import org.onlab.packet.ndp.NeighborSolicitation;

/** The address that the sender of a frame says it has. */
final class ClaimedAddress {
    /** What no router forwarded (RFC 4861, section 7.1). */
    private static final byte ON_LINK = (byte) 255;

    private ClaimedAddress() {}

    /**
     * From ARP, or from a neighbour solicitation or advertisement that is valid (RFC 4861, sections
     * 7.1.1 and 7.1.2).
     *
     * @return zero if the sender has none yet: a probe (RFC 4862) claims nothing; empty if the
     *     frame says nothing
     */
    static Optional<IpAddress> in(Ethernet frame) {
        if (frame.getPayload() instanceof ARP) {
            ARP packet = (ARP) frame.getPayload();
            return Optional.of(Ip4Address.valueOf(packet.getSenderProtocolAddress()));
        }
        if (!(frame.getPayload() instanceof IPv6)
                || !(frame.getPayload().getPayload() instanceof ICMP6)) {
            return Optional.empty();
        }
        IPv6 packet = (IPv6) frame.getPayload();
        ICMP6 message = (ICMP6) packet.getPayload();
        if (packet.getHopLimit() != ON_LINK || message.getIcmpCode() != 0) {
            return Optional.empty();
        }
        if (message.getPayload() instanceof NeighborSolicitation) {
            return unicast(packet.getSourceAddress());
        }
        return message.getPayload() instanceof NeighborAdvertisement
                ? advertised(packet, (NeighborAdvertisement) message.getPayload())
                : Optional.empty();
    }

    private static Optional<IpAddress> advertised(IPv6 packet, NeighborAdvertisement message) {
        boolean toMany = Ip6Address.valueOf(packet.getDestinationAddress()).isMulticast();
        return toMany && message.getSolicitedFlag() != 0
                ? Optional.empty()
                : unicast(message.getTargetAddress());
    }

    private static Optional<IpAddress> unicast(byte[] octets) {
        IpAddress address = Ip6Address.valueOf(octets);
        return address.isMulticast() ? Optional.empty() : Optional.of(address);
    }
}

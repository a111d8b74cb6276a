// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import java.util.Objects;
import java.util.Optional;
import org.onlab.packet.ARP;
import org.onlab.packet.Ip4Address;
import org.onlab.packet.IpAddress;

/** Who has an address: an ARP request (RFC 826) or a neighbour solicitation (RFC 4861). */
final class Question {
    private final IpAddress asker;
    private final IpAddress target;

    /**
     * @param asker who asks; zero if it has no address yet
     * @param target what is asked for, of the same IP version
     */
    Question(IpAddress asker, IpAddress target) {
        this.asker = Objects.requireNonNull(asker);
        this.target = Objects.requireNonNull(target);
    }

    /** What an ARP packet asks; empty if it is no request. */
    static Optional<Question> of(ARP packet) {
        return packet.getOpCode() == ARP.OP_REQUEST
                ? Optional.of(
                        new Question(
                                Ip4Address.valueOf(packet.getSenderProtocolAddress()),
                                Ip4Address.valueOf(packet.getTargetProtocolAddress())))
                : Optional.empty();
    }

    /** What a solicitation asks. */
    static Question of(NeighbourSolicitation solicitation) {
        return new Question(solicitation.source(), solicitation.target());
    }

    /** Who asks; zero if it wants to know whether it may take the address itself. */
    IpAddress asker() {
        return asker;
    }

    /** What is asked for. */
    IpAddress target() {
        return target;
    }
}

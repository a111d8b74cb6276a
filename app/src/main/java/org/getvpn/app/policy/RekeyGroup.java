// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

import java.util.Objects;
import java.util.Optional;
import org.getvpn.ks.api.RekeyTransport;
import org.onlab.packet.IpAddress;

/** A multicast group that the key server sends rekey messages to. */
public final class RekeyGroup {
    private final IpAddress address;
    private final int port;

    /**
     * @param address a multicast address
     * @param port UDP port that members listen at, 1 to 65535
     */
    public RekeyGroup(IpAddress address, int port) {
        this.address = Objects.requireNonNull(address);
        this.port = port;
    }

    /** The group of a transport; empty for unicast. */
    static Optional<RekeyGroup> of(RekeyTransport transport) {
        return transport
                .address()
                .map(address -> new RekeyGroup(IpAddress.valueOf(address), transport.port()));
    }

    /** A multicast address. */
    public IpAddress address() {
        return address;
    }

    /** UDP port that members listen at. */
    public int port() {
        return port;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RekeyGroup
                && address.equals(((RekeyGroup) other).address)
                && port == ((RekeyGroup) other).port;
    }

    @Override
    public int hashCode() {
        return Objects.hash(address, port);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.net.InetAddress;
import java.util.Objects;

/**
 * Where one datagram with a rekey message reaches all members: a multicast address and a UDP port,
 * as the destination of SA KEK names them (RFC 6407, section 5.3).
 */
public final class RekeyAddress {
    private final InetAddress address;
    private final int port;

    /**
     * @param address a multicast address
     * @param port 1 to 65535
     * @throws IllegalArgumentException if it is no place where members could listen
     */
    public RekeyAddress(InetAddress address, int port) {
        if (!address.isMulticastAddress() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "rekey address " + address.getHostAddress() + " port " + port);
        }
        this.address = address;
        this.port = port;
    }

    /** A multicast address. */
    public InetAddress address() {
        return address;
    }

    /** UDP port, 1 to 65535. */
    public int port() {
        return port;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RekeyAddress
                && address.equals(((RekeyAddress) other).address)
                && port == ((RekeyAddress) other).port;
    }

    @Override
    public int hashCode() {
        return Objects.hash(address, port);
    }

    /** For example {@code 239.1.2.3:848}. */
    @Override
    public String toString() {
        return address.getHostAddress() + ":" + port;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.util.Objects;

/** An IP address and a UDP port. */
public final class Endpoint {
    /** The GDOI port (RFC 6407, section 2.2). */
    public static final int GDOI_PORT = 848;

    private final InetAddress address;
    private final int port;

    /**
     * @param port 0 to 65535
     */
    public Endpoint(InetAddress address, int port) {
        if (port >>> 16 != 0) {
            throw new IllegalArgumentException("port " + port);
        }
        this.address = Objects.requireNonNull(address);
        this.port = port;
    }

    /** The IP address. */
    public InetAddress address() {
        return address;
    }

    /** The UDP port. */
    public int port() {
        return port;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Endpoint
                && port == ((Endpoint) other).port
                && address.equals(((Endpoint) other).address);
    }

    @Override
    public int hashCode() {
        return 31 * address.hashCode() + port;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + ":" + port;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.Objects;
import org.onlab.packet.IpAddress;
import org.onlab.packet.MacAddress;
import org.onosproject.net.ConnectPoint;

/** A host, a member or a key server as ARP or neighbour discovery showed it. */
public final class Neighbour {
    private final IpAddress address;
    private final MacAddress mac;
    private final ConnectPoint at;

    /** Ties an IP address to a MAC address and a port. */
    public Neighbour(IpAddress address, MacAddress mac, ConnectPoint at) {
        this.address = Objects.requireNonNull(address);
        this.mac = Objects.requireNonNull(mac);
        this.at = Objects.requireNonNull(at);
    }

    /** Its IP address. */
    public IpAddress address() {
        return address;
    }

    /** Its interface's MAC address. */
    public MacAddress mac() {
        return mac;
    }

    /** Switch and port. */
    public ConnectPoint at() {
        return at;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Neighbour
                && address.equals(((Neighbour) other).address)
                && mac.equals(((Neighbour) other).mac)
                && at.equals(((Neighbour) other).at);
    }

    @Override
    public int hashCode() {
        return Objects.hash(address, mac, at);
    }

    @Override
    public String toString() {
        return address + " " + mac + " " + at;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.util.Objects;

/**
 * What one SA TEK payload selects: addresses, protocol and ports (RFC 6407, section 5.5.1). A
 * protocol or port of 0 stands for any.
 */
public final class TrafficSelector {
    private final IpPrefix source;
    private final IpPrefix destination;
    private final int protocol;
    private final int sourcePort;
    private final int destinationPort;

    /**
     * @param source of the same IP version as {@code destination}
     * @param protocol 0 (any) to 255
     * @param sourcePort 0 (any) to 65535
     * @param destinationPort 0 (any) to 65535
     */
    public TrafficSelector(
            IpPrefix source,
            IpPrefix destination,
            int protocol,
            int sourcePort,
            int destinationPort) {
        if (source.ipVersion() != destination.ipVersion()) {
            throw new IllegalArgumentException(
                    "IPv4 and IPv6 mixed: " + source + ", " + destination);
        }
        if (protocol < 0 || protocol > 255) {
            throw new IllegalArgumentException("protocol " + protocol);
        }
        if ((sourcePort | destinationPort) >>> 16 != 0) {
            throw new IllegalArgumentException("ports " + sourcePort + ", " + destinationPort);
        }
        this.source = source;
        this.destination = destination;
        this.protocol = protocol;
        this.sourcePort = sourcePort;
        this.destinationPort = destinationPort;
    }

    /** Where packets come from. */
    public IpPrefix source() {
        return source;
    }

    /** Where packets go to. */
    public IpPrefix destination() {
        return destination;
    }

    /** IP protocol number, 0 for any. */
    public int protocol() {
        return protocol;
    }

    /** 0 for any. */
    public int sourcePort() {
        return sourcePort;
    }

    /** 0 for any. */
    public int destinationPort() {
        return destinationPort;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof TrafficSelector)) {
            return false;
        }
        TrafficSelector that = (TrafficSelector) other;
        return source.equals(that.source)
                && destination.equals(that.destination)
                && protocol == that.protocol
                && sourcePort == that.sourcePort
                && destinationPort == that.destinationPort;
    }

    @Override
    public int hashCode() {
        return Objects.hash(source, destination, protocol, sourcePort, destinationPort);
    }

    @Override
    public String toString() {
        return source
                + (sourcePort == 0 ? "" : ":" + sourcePort)
                + " > "
                + destination
                + (destinationPort == 0 ? "" : ":" + destinationPort)
                + (protocol == 0 ? "" : " proto " + protocol);
    }
}

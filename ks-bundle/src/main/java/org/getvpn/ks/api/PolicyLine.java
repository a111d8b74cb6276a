// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.Objects;

/** One line of a group's ordered policy, as configured. The first line that matches decides. */
public final class PolicyLine {
    /** What happens to a packet that matches. */
    public enum Action {
        /** encrypted, or dropped where that is impossible */
        PROTECT,
        /** passes in clear */
        BYPASS,
        /** dropped */
        DROP
    }

    private final Action action;
    private final String source;
    private final String destination;
    private final int protocol;
    private final int sourcePort;
    private final int destinationPort;

    /**
     * @param source prefix in canonical text, for example {@code 10.1.0.0/16}
     * @param destination prefix of the same IP version
     * @param protocol 0 (any) to 255
     * @param sourcePort 0 (any) to 65535; not 0 only with TCP, UDP, SCTP
     * @param destinationPort 0 (any) to 65535
     */
    public PolicyLine(
            Action action,
            String source,
            String destination,
            int protocol,
            int sourcePort,
            int destinationPort) {
        this.action = Objects.requireNonNull(action);
        this.source = Objects.requireNonNull(source);
        this.destination = Objects.requireNonNull(destination);
        this.protocol = protocol;
        this.sourcePort = sourcePort;
        this.destinationPort = destinationPort;
    }

    /** What happens. */
    public Action action() {
        return action;
    }

    /** Source prefix in canonical text. */
    public String source() {
        return source;
    }

    /** Destination prefix in canonical text. */
    public String destination() {
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
        if (!(other instanceof PolicyLine)) {
            return false;
        }
        PolicyLine that = (PolicyLine) other;
        return action == that.action
                && source.equals(that.source)
                && destination.equals(that.destination)
                && protocol == that.protocol
                && sourcePort == that.sourcePort
                && destinationPort == that.destinationPort;
    }

    @Override
    public int hashCode() {
        return Objects.hash(action, source, destination, protocol, sourcePort, destinationPort);
    }

    @Override
    public String toString() {
        return action
                + " "
                + source
                + (sourcePort == 0 ? "" : ":" + sourcePort)
                + " > "
                + destination
                + (destinationPort == 0 ? "" : ":" + destinationPort)
                + (protocol == 0 ? "" : " proto " + protocol);
    }
}

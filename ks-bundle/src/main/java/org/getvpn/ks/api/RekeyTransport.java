// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How rekey messages reach members: a copy for each, or one datagram to a multicast group that all
 * listen to.
 */
public final class RekeyTransport {
    /** UDP port of GDOI (RFC 6407, section 2.2). */
    public static final int STANDARD_PORT = 848;

    /** How often a rollover is told if nothing else is said. */
    public static final int STANDARD_REPEATS = 3;

    /** A copy for each member. */
    public static final RekeyTransport UNICAST =
            new RekeyTransport(null, STANDARD_PORT, STANDARD_REPEATS, List.of());

    /** Within the activation delay. */
    public static final int MOST_REPEATS = 10;

    private final String address; // null for unicast
    private final int port;
    private final int repeats;
    private final List<String> unicastMembers;

    private RekeyTransport(String address, int port, int repeats, List<String> unicastMembers) {
        if (port < 1 || port > 65_535 || repeats < 1 || repeats > MOST_REPEATS) {
            throw new IllegalArgumentException("port " + port + ", " + repeats + " repeats");
        }
        this.address = address;
        this.port = port;
        this.repeats = repeats;
        this.unicastMembers = List.copyOf(unicastMembers);
    }

    /**
     * One datagram for all.
     *
     * @param address an IPv4 multicast address in text
     * @param port UDP port that members listen at, 1 to 65535
     * @param repeats how often a rollover is told within the activation delay, 1 to {@value
     *     #MOST_REPEATS}; each time is a message of its own
     * @param unicastMembers addresses of members that get copies of their own all the same
     */
    public static RekeyTransport multicast(
            String address, int port, int repeats, List<String> unicastMembers) {
        return new RekeyTransport(Objects.requireNonNull(address), port, repeats, unicastMembers);
    }

    /** The multicast group in text; empty if each member gets a copy. */
    public Optional<String> address() {
        return Optional.ofNullable(address);
    }

    /** UDP port at the multicast group, 1 to 65535. */
    public int port() {
        return port;
    }

    /** How often a rollover is told within the activation delay, at least 1. */
    public int repeats() {
        return repeats;
    }

    /** Addresses of members that get copies of their own from a group with a multicast address. */
    public List<String> unicastMembers() {
        return unicastMembers;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof RekeyTransport)) {
            return false;
        }
        RekeyTransport that = (RekeyTransport) other;
        return Objects.equals(address, that.address)
                && port == that.port
                && repeats == that.repeats
                && unicastMembers.equals(that.unicastMembers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(address, port, repeats, unicastMembers);
    }

    /** For example {@code multicast to 239.1.2.3}, or {@code unicast}. */
    @Override
    public String toString() {
        return address == null ? "unicast" : "multicast to " + address;
    }
}

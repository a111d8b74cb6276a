// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;

/** One UDP datagram as seen from here: our endpoint, the peer's, and the octets between them. */
public final class Datagram {
    private final Endpoint local;
    private final Endpoint remote;
    private final byte[] octets;

    /** Takes {@code octets} over; nobody changes them afterwards. */
    public Datagram(Endpoint local, Endpoint remote, byte[] octets) {
        this.local = Objects.requireNonNull(local);
        this.remote = Objects.requireNonNull(remote);
        this.octets = Objects.requireNonNull(octets);
    }

    /** Our end. */
    public Endpoint local() {
        return local;
    }

    /** The peer's end. */
    public Endpoint remote() {
        return remote;
    }

    /** The UDP payload; not a copy, read only. */
    public byte[] octets() {
        return octets;
    }

    /** A datagram back to where this one came from. */
    public Datagram reply(byte[] answer) {
        return new Datagram(local, remote, answer);
    }

    @Override
    public String toString() {
        return "Datagram[" + local + " <-> " + remote + " " + octets.length + " octets]";
    }
}

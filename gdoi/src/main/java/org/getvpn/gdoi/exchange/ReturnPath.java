// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Arrays;

/** How a peer is answered: from which of our endpoints to which of its, and in which framing. */
final class ReturnPath {
    private static final int MARKER_OCTETS = 4;

    private final Endpoint local;
    private final Endpoint remote;
    private final boolean marked;

    ReturnPath(Endpoint local, Endpoint remote) {
        this(local, remote, false);
    }

    private ReturnPath(Endpoint local, Endpoint remote, boolean marked) {
        this.local = local;
        this.remote = remote;
        this.marked = marked;
    }

    /**
     * The way a datagram came. Some implementations put the four zero octets of RFC 3948, section
     * 2.2, before ISAKMP on any port but 500, 848 included; they are answered in kind.
     */
    static ReturnPath of(Datagram in) {
        return new ReturnPath(in.local(), in.remote(), frameOffset(in.octets()) > 0);
    }

    /** Where the ISAKMP message begins: 0, 4, or -1 if there is none. */
    static int frameOffset(byte[] octets) {
        if (Frame.begins(octets, 0)) {
            return 0;
        }
        boolean zero =
                octets.length > MARKER_OCTETS
                        && (octets[0] | octets[1] | octets[2] | octets[3]) == 0;
        return zero && Frame.begins(octets, MARKER_OCTETS) ? MARKER_OCTETS : -1;
    }

    Endpoint local() {
        return local;
    }

    Endpoint remote() {
        return remote;
    }

    /** Whether {@code in} travelled this path. */
    boolean carries(Datagram in) {
        return in.remote().equals(remote) && in.local().equals(local);
    }

    Datagram datagram(byte[] message) {
        byte[] octets = message;
        if (marked) {
            octets = new byte[MARKER_OCTETS + message.length];
            System.arraycopy(message, 0, octets, MARKER_OCTETS, message.length);
        } else {
            octets = Arrays.copyOf(message, message.length);
        }
        return new Datagram(local, remote, octets);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The network that a source claims to be in, for bounds that strangers share: IPv4 /24, IPv6 /48.
 * Whoever sends under many addresses of one network gets no more than one.
 */
public final class SourcePrefix {
    private static final int IPV4_OCTETS = 3;
    private static final int IPV6_OCTETS = 6;

    private SourcePrefix() {}

    /**
     * The prefix as one number, different for IPv4 and IPv6. The octets that change from source to
     * source stand last, where a hash looks first.
     */
    public static long of(InetAddress source) {
        byte[] octets = source.getAddress();
        int kept = octets.length == 4 ? IPV4_OCTETS : IPV6_OCTETS;
        return ByteBuffer.allocate(Long.BYTES)
                .put(0, (byte) octets.length)
                .position(Long.BYTES - kept)
                .put(octets, 0, kept)
                .getLong(0);
    }
}

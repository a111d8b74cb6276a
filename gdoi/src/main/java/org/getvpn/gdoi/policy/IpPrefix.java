// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** An IPv4 or IPv6 prefix; host bits are zero. */
public final class IpPrefix {
    private final byte[] address;
    private final int length;

    private IpPrefix(byte[] address, int length) {
        this.address = address;
        this.length = length;
    }

    /**
     * @param address 4 or 16 octets
     * @param length prefix length in bits, 0 to 32 or 0 to 128
     * @throws IllegalArgumentException for another size, a length out of range, or host bits set
     */
    public static IpPrefix of(byte[] address, int length) {
        if (address.length != 4 && address.length != 16) {
            throw new IllegalArgumentException("address of " + address.length + " octets");
        }
        if (length < 0 || length > address.length * 8) {
            throw new IllegalArgumentException("prefix length " + length + " out of range");
        }
        for (int bit = length; bit < address.length * 8; bit++) {
            if ((address[bit / 8] & (0x80 >> bit % 8)) != 0) {
                throw new IllegalArgumentException("host bits set below /" + length);
            }
        }
        return new IpPrefix(address.clone(), length);
    }

    /** 4 or 16 octets, a copy. */
    public byte[] address() {
        return address.clone();
    }

    /** Prefix length in bits. */
    public int length() {
        return length;
    }

    /** 4 or 6. */
    public int ipVersion() {
        return address.length == 4 ? 4 : 6;
    }

    /** Whether {@code ip} (4 or 16 octets) lies inside; false for the other IP version. */
    public boolean contains(byte[] ip) {
        if (ip.length != address.length) {
            return false;
        }
        for (int i = 0, rest = length; rest > 0; i++, rest -= 8) {
            int mask = rest >= 8 ? 0xff : 0xff << (8 - rest) & 0xff;
            if ((ip[i] & mask) != (address[i] & mask)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpPrefix
                && length == ((IpPrefix) other).length
                && Arrays.equals(address, ((IpPrefix) other).address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(address) + length;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(address).getHostAddress() + "/" + length;
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // 4 or 16 octets, checked in of()
        }
    }
}

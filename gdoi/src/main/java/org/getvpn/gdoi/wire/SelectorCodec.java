// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.TrafficSelector;

/** Between a {@link TrafficSelector} and the identities of an SA TEK. */
final class SelectorCodec {
    private SelectorCodec() {}

    static TrafficSelector read(SaTek saTek) throws MalformedPayload {
        try {
            return new TrafficSelector(
                    prefix(saTek.source()),
                    prefix(saTek.destination()),
                    saTek.ipProtocol(),
                    saTek.source().port(),
                    saTek.destination().port());
        } catch (IllegalArgumentException e) {
            throw new MalformedPayload("SA TEK: " + e.getMessage());
        }
    }

    private static IpPrefix prefix(SelectorIdentity identity) throws MalformedPayload {
        byte[] data = identity.data();
        switch (identity.type().number()) {
            case 1:
                return single(data, 4);
            case 5:
                return single(data, 16);
            case 4:
                return masked(data, 4);
            case 6:
                return masked(data, 16);
            default:
                throw new MalformedPayload("SA TEK: selector of type " + identity.type());
        }
    }

    private static IpPrefix single(byte[] data, int octets) throws MalformedPayload {
        if (data.length != octets) {
            throw new MalformedPayload("SA TEK: address of " + data.length + " octets");
        }
        return IpPrefix.of(data, octets * 8);
    }

    private static IpPrefix masked(byte[] data, int octets) throws MalformedPayload {
        if (data.length != 2 * octets) {
            throw new MalformedPayload("SA TEK: subnet of " + data.length + " octets");
        }
        int length = 0;
        while (length < octets * 8 && bit(data, octets, length)) {
            length++;
        }
        for (int i = length; i < octets * 8; i++) {
            if (bit(data, octets, i)) {
                throw new MalformedPayload("SA TEK: mask with holes");
            }
        }
        byte[] address = new byte[octets];
        for (int i = 0; i < octets; i++) {
            address[i] = (byte) (data[i] & data[octets + i]); // some leave host bits set
        }
        return IpPrefix.of(address, length);
    }

    private static boolean bit(byte[] data, int from, int index) {
        return (data[from + index / 8] & 0x80 >> index % 8) != 0;
    }

    static SelectorIdentity write(IpPrefix prefix, int port) {
        byte[] address = prefix.address();
        boolean four = address.length == 4;
        byte[] data = new byte[2 * address.length];
        System.arraycopy(address, 0, data, 0, address.length);
        for (int i = 0; i < prefix.length(); i++) {
            data[address.length + i / 8] |= (byte) (0x80 >> i % 8);
        }
        return new SelectorIdentity(
                four ? IdentificationType.IPV4_ADDR_SUBNET : IdentificationType.IPV6_ADDR_SUBNET,
                port,
                data);
    }
}

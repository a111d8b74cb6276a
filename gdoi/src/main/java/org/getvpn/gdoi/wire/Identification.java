// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Who somebody is, or which group is meant (RFC 2407, section 4.6.2; RFC 6407, section 5.1).
 *
 * <pre>
 * | ID Type (1) | Protocol ID (1) | Port (2) | Identification Data ...
 * </pre>
 */
public final class Identification {
    /** Longest identity that is accepted: a distinguished name, generously. */
    public static final int MAX_DATA = 2048;

    private final IdentificationType type;
    private final int protocol;
    private final int port;
    private final byte[] data;

    /** Protocol and port are 0 in a group identity and usually in Phase 1. */
    public Identification(IdentificationType type, int protocol, int port, byte[] data) {
        this.type = type;
        this.protocol = protocol;
        this.port = port;
        this.data = data.clone();
    }

    /** The identity of an IPv4 or IPv6 address. */
    public static Identification of(InetAddress address) {
        byte[] data = address.getAddress();
        return new Identification(
                data.length == 4 ? IdentificationType.IPV4_ADDR : IdentificationType.IPV6_ADDR,
                0,
                0,
                data);
    }

    /** Reads the body of an ID payload. */
    public static Identification read(byte[] body) throws MalformedPayload {
        WireReader in = new WireReader("ID", body);
        IdentificationType type = IdentificationType.of(in.u8());
        int protocol = in.u8();
        int port = in.u16();
        if (in.remaining() > MAX_DATA) {
            throw in.malformed("identity of " + in.remaining() + " octets");
        }
        Identification id = new Identification(type, protocol, port, in.rest());
        int expected = fixedLength(type);
        if (expected >= 0 && id.data.length != expected || id.data.length == 0) {
            throw in.malformed(type + " of " + id.data.length + " octets");
        }
        return id;
    }

    /** Octets of identification data of that type, -1 where it varies. */
    static int fixedLength(IdentificationType type) {
        switch (type.number()) {
            case 1:
                return 4;
            case 4:
            case 7:
                return 8;
            case 5:
                return 16;
            case 6:
            case 8:
                return 32;
            default:
                return -1;
        }
    }

    /** The payload. */
    public Payload write() {
        return Payload.of(
                PayloadType.ID,
                new WireWriter()
                        .u8(type.number())
                        .u8(protocol)
                        .u16(port)
                        .bytes(data)
                        .toByteArray());
    }

    /** Kind of identity. */
    public IdentificationType type() {
        return type;
    }

    /** IP protocol, 0 for any. */
    public int protocol() {
        return protocol;
    }

    /** UDP or TCP port, 0 for any. */
    public int port() {
        return port;
    }

    /** The identity itself; a copy. */
    public byte[] data() {
        return data.clone();
    }

    /** The address, if it is one. */
    public Optional<InetAddress> address() {
        if (!type.equals(IdentificationType.IPV4_ADDR)
                && !type.equals(IdentificationType.IPV6_ADDR)) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByAddress(data));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 octets are an address", e);
        }
    }

    /** As an operator writes it; what a peer sent is shown only where it is harmless text. */
    public String text() {
        Optional<InetAddress> address = address();
        if (address.isPresent()) {
            return address.get().getHostAddress();
        }
        boolean name =
                type.equals(IdentificationType.FQDN) || type.equals(IdentificationType.USER_FQDN);
        String text = new String(data, StandardCharsets.US_ASCII);
        return name && text.length() <= 255 && text.chars().allMatch(c -> c > 0x20 && c < 0x7f)
                ? text
                : toString();
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Identification)) {
            return false;
        }
        Identification that = (Identification) other;
        return type.equals(that.type)
                && protocol == that.protocol
                && port == that.port
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return type + " of " + data.length + " octets";
    }
}

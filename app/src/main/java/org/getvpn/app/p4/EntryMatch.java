// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import org.getvpn.app.policy.LineMatch;
import org.onlab.packet.EthType.EtherType;
import org.onlab.packet.IPv4;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.TrafficSelector;
import org.onosproject.net.flow.criteria.PiCriterion;
import org.onosproject.net.pi.model.PiMatchFieldId;

/** What an entry matches, field by field; a field that is left out matches everything. */
final class EntryMatch {
    /** The protocol that the program shows for IPv6 with extension headers: nobody's number. */
    static final int HIDDEN = 255;

    private static final short OCTET = 0xff;
    private static final int PORT = 0xffff;
    private static final int RED = 2;

    private final PiCriterion.Builder fields = PiCriterion.builder();

    private EntryMatch() {}

    /** What came in by a port. */
    static EntryMatch port(long port) {
        return new EntryMatch().exact("port", port);
    }

    /** What a meter found to exceed its peak rate (RFC 2698). */
    EntryMatch red() {
        return exact("colour", RED);
    }

    /** Frames of one kind, but for neighbour discovery, from ports of one role. */
    static EntryMatch frames(Role role, short etherType) {
        return new EntryMatch()
                .exact("role", role.number())
                .exact("ether_type", Short.toUnsignedLong(etherType))
                .exact("nd", 0);
    }

    /** Neighbour discovery from ports of one role, hop limit 255 included. */
    static EntryMatch discovery(Role role) {
        return new EntryMatch()
                .exact("role", role.number())
                .exact("ether_type", Short.toUnsignedLong(EtherType.IPV6.ethType().toShort()))
                .exact("nd", 1);
    }

    /** Packets of a site. */
    static EntryMatch site(int site) {
        return new EntryMatch().exact("site", site);
    }

    /** What a guard permits to leave by ports of a role only, at one port. */
    static EntryMatch egress(Role onlyTo, long port) {
        return new EntryMatch().exact("only_to", onlyTo.number()).exact("port", port);
    }

    /** Destinations of a route. */
    static EntryMatch route(IpPrefix destination) {
        return new EntryMatch().longest("dst", destination);
    }

    /** The program's words for what the member sent: ESP, or UDP that may be GDOI. */
    EntryMatch kind(Emitted kind) {
        return exact("esp", kind == Emitted.ESP ? 1 : 0)
                .exact("gdoi", kind == Emitted.GDOI ? 1 : 0);
    }

    EntryMatch spi(int spi) {
        return exact("spi", Integer.toUnsignedLong(spi));
    }

    /** A source in the table of sources, where the longest prefix decides. */
    EntryMatch longestSource(IpPrefix prefix) {
        return longest("src", prefix);
    }

    EntryMatch source(IpPrefix prefix) {
        return masked("src", prefix);
    }

    EntryMatch destination(IpPrefix prefix) {
        return masked("dst", prefix);
    }

    EntryMatch protocol(int protocol) {
        fields.matchTernary(PiMatchFieldId.of("protocol"), (short) protocol, OCTET);
        return this;
    }

    EntryMatch icmpType(int type) {
        fields.matchTernary(PiMatchFieldId.of("icmp_type"), (short) type, OCTET);
        return this;
    }

    EntryMatch sourcePort(int port) {
        fields.matchTernary(PiMatchFieldId.of("src_port"), port, PORT);
        return this;
    }

    EntryMatch destinationPort(int port) {
        fields.matchTernary(PiMatchFieldId.of("dst_port"), port, PORT);
        return this;
    }

    /** UDP without ports in reach: a later fragment, above all; of IPv6 without its protocol. */
    EntryMatch laterUdpFragment(IpAddress.Version version) {
        return version == IpAddress.Version.INET
                ? protocol(IPv4.PROTOCOL_UDP).sourcePort(0).destinationPort(0)
                : protocol(HIDDEN);
    }

    /** Addresses, protocol and ports of a line. */
    EntryMatch line(LineMatch line) {
        source(line.source()).destination(line.destination());
        if (line.protocol() != 0) {
            protocol(line.protocol());
        }
        line.sourcePort().ifPresent(this::sourcePort);
        line.destinationPort().ifPresent(this::destinationPort);
        return this;
    }

    TrafficSelector build() {
        return DefaultTrafficSelector.builder().matchPi(fields.build()).build();
    }

    private EntryMatch exact(String field, long value) {
        fields.matchExact(PiMatchFieldId.of(field), value);
        return this;
    }

    private EntryMatch longest(String end, IpPrefix prefix) {
        if (prefix.prefixLength() > 0) {
            fields.matchLpm(
                    address(end, prefix), prefix.address().toOctets(), prefix.prefixLength());
        }
        return this;
    }

    private EntryMatch masked(String end, IpPrefix prefix) {
        int length = prefix.prefixLength();
        if (length > 0) {
            fields.matchTernary(
                    address(end, prefix),
                    prefix.address().toOctets(),
                    IpAddress.makeMaskPrefix(prefix.version(), length).toOctets());
        }
        return this;
    }

    private static PiMatchFieldId address(String end, IpPrefix prefix) {
        return PiMatchFieldId.of((prefix.isIp4() ? "ipv4_" : "ipv6_") + end);
    }
}

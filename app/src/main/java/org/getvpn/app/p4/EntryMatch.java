// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import org.getvpn.app.policy.LineMatch;
import org.onlab.packet.IPv4;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.TrafficSelector;
import org.onosproject.net.flow.criteria.PiCriterion;
import org.onosproject.net.pi.model.PiMatchFieldId;

/** What an entry matches, field by field; a field that is left out matches everything. */
final class EntryMatch {
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
        return new EntryMatch().longest("ipv4_dst", destination);
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
        return longest("ipv4_src", prefix);
    }

    EntryMatch source(IpPrefix prefix) {
        return masked("ipv4_src", prefix);
    }

    EntryMatch destination(IpPrefix prefix) {
        return masked("ipv4_dst", prefix);
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

    /** UDP without ports in reach: a later fragment, above all. */
    EntryMatch laterUdpFragment() {
        return protocol(IPv4.PROTOCOL_UDP).sourcePort(0).destinationPort(0);
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

    private EntryMatch longest(String field, IpPrefix prefix) {
        if (prefix.prefixLength() > 0) {
            fields.matchLpm(
                    PiMatchFieldId.of(field), prefix.address().toOctets(), prefix.prefixLength());
        }
        return this;
    }

    private EntryMatch masked(String field, IpPrefix prefix) {
        int length = prefix.prefixLength();
        if (length > 0) {
            fields.matchTernary(
                    PiMatchFieldId.of(field),
                    prefix.address().getIp4Address().toInt(),
                    -1 << (32 - length));
        }
        return this;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import org.getvpn.gm.p4.Entry;
import org.getvpn.gm.p4.TableSnapshot;
import org.getvpn.gm.packet.Octets;

/** IPv4: keys of two longs. */
final class Ipv4Tables implements VersionTables {
    private static final int TIME_TO_LIVE = 8;

    @Override
    public SwitchDrop refusal(ParsedPacket packet) {
        if (!packet.hasOptions() && !packet.hasRightChecksum()) {
            return SwitchDrop.BAD_IP_CHECKSUM;
        }
        return packet.hops() <= 1 ? SwitchDrop.TTL_EXPIRED : null;
    }

    @Override
    public Entry sourceGuard(TableSnapshot tables, ParsedPacket packet, int site) {
        long high = (long) site << 48 | packet.source() << 16;
        return tables.apply(ProgramTables.SOURCE_GUARD, high, 0, packet.octets());
    }

    @Override
    public Entry outboundPolicy(TableSnapshot tables, ParsedPacket packet, int site) {
        return tables.apply(
                ProgramTables.OUTBOUND_POLICY,
                flowHigh(packet, site),
                flowLow(packet),
                packet.octets());
    }

    @Override
    public Entry memberGuard(TableSnapshot tables, ParsedPacket packet, int site) {
        long destination = packet.destination();
        long high =
                (long) site << 48
                        | (packet.isEsp() ? 1L << 47 : 0)
                        | (packet.isGdoi() ? 1L << 46 : 0)
                        | packet.source() << 14
                        | destination >>> 18;
        return tables.apply(ProgramTables.MEMBER_GUARD, high, destination << 46, packet.octets());
    }

    @Override
    public Entry wanGuard(TableSnapshot tables, ParsedPacket packet, int site) {
        return tables.apply(
                ProgramTables.WAN_GUARD,
                flowHigh(packet, site),
                flowLow(packet) | packet.icmpType(),
                packet.octets());
    }

    @Override
    public Entry route(TableSnapshot tables, ParsedPacket packet) {
        return tables.apply(ProgramTables.ROUTE, packet.destination() << 32, 0, packet.octets());
    }

    /** Of a header with options the program writes no checksum. */
    @Override
    public void takeHop(ParsedPacket packet) {
        int checksum = packet.checksum();
        if (!packet.hasOptions()) {
            int sum = (~checksum & 0xffff) - 0x0100; // it was right before
            checksum = ~(sum <= 0 ? sum + 0xffff : sum) & 0xffff;
        }
        Octets.put32(
                packet.frame(),
                packet.ip() + TIME_TO_LIVE,
                packet.hops() - 1 << 24 | packet.protocol() << 16 | checksum);
    }

    private static long flowHigh(ParsedPacket packet, int site) {
        return (long) site << 48 | packet.source() << 16 | packet.destination() >>> 16;
    }

    private static long flowLow(ParsedPacket packet) {
        return packet.destination() << 48
                | (long) packet.protocol() << 40
                | (long) packet.sourcePort() << 24
                | (long) packet.destinationPort() << 8;
    }
}

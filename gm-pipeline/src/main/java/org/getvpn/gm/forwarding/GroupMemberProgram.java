// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.getvpn.gm.p4.Entry;
import org.getvpn.gm.p4.TableShape;
import org.getvpn.gm.p4.TableSnapshot;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.InternetChecksum;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Octets;

/**
 * The program {@code group_member.p4} applied to one packet after another, by one thread. Names are
 * those of the program, so that both can be read side by side. The frame is changed in place.
 */
public final class GroupMemberProgram {
    /** Verdict: the packet is dropped, for {@link #dropped()}. */
    public static final int DROP = -1;

    /** Verdict: a copy to each port of {@link #group()} but the one it came from. */
    public static final int REPLICATE = -2;

    /** The port of controllers. */
    public static final int PORT_CONTROLLER = 510;

    private static final int PORT_DROP = 511;
    private static final int PORT_GDOI = 848;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int NO_ROLE = 0;
    private static final int LOCAL = 1;
    private static final int MEMBER = 2;
    private static final int WAN = 3;

    // tables by their position in p4info
    private static final int PORT_ROLE = 0;
    private static final int PUNT = 1;
    private static final int SOURCE_GUARD = 2;
    private static final int OUTBOUND_POLICY = 3;
    private static final int MEMBER_GUARD = 4;
    private static final int INBOUND_SPI = 5;
    private static final int WAN_GUARD = 6;
    private static final int ROUTE = 7;
    private static final int EGRESS_GUARD = 8;
    private static final List<String> TABLES =
            List.of(
                    "port_role(port:9)",
                    "punt(role:3,ether_type:16)",
                    "source_guard(site:16,ipv4_src:32)",
                    "outbound_policy(site:16,ipv4_src:32,ipv4_dst:32,protocol:8,src_port:16,"
                            + "dst_port:16)",
                    "member_guard(site:16,esp:1,gdoi:1,ipv4_src:32,ipv4_dst:32)",
                    "inbound_spi(site:16,spi:32)",
                    "wan_guard(site:16,ipv4_src:32,ipv4_dst:32,protocol:8,src_port:16,dst_port:16,"
                            + "icmp_type:8)",
                    "route(ipv4_dst:32)",
                    "egress_guard(only_to:3,port:9)");

    private static final int DROP_ACTION = 0x0100_0001;
    private static final int SET_ROLE = 0x0100_0002;
    private static final int SEND_TO_CONTROLLER = 0x0100_0003;
    private static final int ACCEPT_SOURCE = 0x0100_0004;
    private static final int PROTECT = 0x0100_0005;
    private static final int BYPASS = 0x0100_0006;
    private static final int TO_WAN = 0x0100_0007;
    private static final int TO_LOCAL = 0x0100_0008;
    private static final int TO_MEMBER = 0x0100_0009;
    private static final int DELIVER = 0x0100_000a;
    private static final int REPLICATE_TO = 0x0100_000b;
    private static final int PERMIT = 0x0100_000c;
    private static final int TO_MEMBERS = 0x0100_000d;

    private TableSnapshot tables;
    private MemorySegment frame;
    private long ip;
    private int octets;
    private int role;
    private int site;
    private int sourcePort;
    private int destinationPort;
    private int icmpType;
    private int spi;
    private boolean isEsp;
    private int onlyTo;
    private int group;
    private SwitchDrop dropped;

    /**
     * A program for these tables.
     *
     * @throws IllegalArgumentException if they are not those that this class was written for
     */
    public GroupMemberProgram(List<TableShape> shapes) {
        List<String> found = shapes.stream().map(GroupMemberProgram::signature).toList();
        if (!found.equals(TABLES)) {
            throw new IllegalArgumentException("p4info has other tables: " + found);
        }
    }

    private static String signature(TableShape table) {
        StringBuilder text = new StringBuilder(table.name()).append('(');
        for (TableShape.Field field : table.fields()) {
            text.append(text.charAt(text.length() - 1) == '(' ? "" : ",")
                    .append(field.name())
                    .append(':')
                    .append(field.width());
        }
        return text.append(')').toString();
    }

    /**
     * Runs the ingress control.
     *
     * @param length of the frame, in octets
     * @param port where it came in, 0 to 509
     * @return the port it leaves by, 0 to 510; or {@link #DROP}, or {@link #REPLICATE}
     */
    public int run(
            TableSnapshot snapshot, MemorySegment memory, long offset, int length, int port) {
        tables = snapshot;
        frame = memory;
        octets = length;
        ip = offset + Ethernet.HEADER;
        role = NO_ROLE;
        site = 0;
        onlyTo = NO_ROLE;
        dropped = null;

        Entry entry = tables.apply(PORT_ROLE, (long) port << 55, 0, octets);
        if (entry == null || entry.action() != SET_ROLE) {
            return drop(SwitchDrop.PORT_WITHOUT_ROLE);
        }
        role = (int) entry.parameter(0);
        site = (int) entry.parameter(1);
        int type = length < Ethernet.HEADER ? 0 : Ethernet.type(frame, offset);
        entry = tables.apply(PUNT, (long) role << 61 | (long) type << 45, 0, octets);
        if (entry != null && entry.action() == SEND_TO_CONTROLLER) {
            return PORT_CONTROLLER;
        }
        if (type != Ethernet.TYPE_IPV4 || length < Ethernet.HEADER + Ipv4.HEADER) {
            return drop(SwitchDrop.NOT_IPV4);
        }
        return ipv4(length - Ethernet.HEADER);
    }

    private int ipv4(int available) {
        boolean hasOptions = (Octets.u8(frame, ip) & 0x0f) != Ipv4.HEADER / 4;
        if (!hasOptions && checksum() != Octets.u16(frame, ip + 10)) {
            return drop(SwitchDrop.BAD_IP_CHECKSUM);
        }
        if (Ipv4.timeToLive(frame, ip) <= 1) {
            return drop(SwitchDrop.TTL_EXPIRED);
        }
        parsePayload(hasOptions, available - Ipv4.HEADER);
        return switch (role) {
            case LOCAL -> fromLocal();
            case MEMBER -> fromMember();
            case WAN -> fromWan();
            default -> drop(SwitchDrop.PORT_WITHOUT_ROLE);
        };
    }

    /** The checksum as the program computes it: with the field taken for zero. */
    private int checksum() {
        int present = Octets.u16(frame, ip + 10);
        Octets.put16(frame, ip + 10, 0);
        int computed = InternetChecksum.of(frame, ip, Ipv4.HEADER);
        Octets.put16(frame, ip + 10, present);
        return computed;
    }

    private void parsePayload(boolean hasOptions, int available) {
        sourcePort = 0;
        destinationPort = 0;
        icmpType = 0;
        spi = 0;
        isEsp = false;
        if (hasOptions || Ipv4.isLaterFragment(frame, ip)) {
            return;
        }
        long payload = ip + Ipv4.HEADER;
        switch (Ipv4.protocol(frame, ip)) {
            case TCP, UDP -> {
                if (available >= 4) {
                    sourcePort = Octets.u16(frame, payload);
                    destinationPort = Octets.u16(frame, payload + 2);
                }
            }
            case Ipv4.ICMP -> {
                if (available >= 4) {
                    icmpType = Octets.u8(frame, payload);
                }
            }
            case Ipv4.ESP -> {
                if (available >= 8) {
                    isEsp = true;
                    spi = Octets.i32(frame, payload);
                }
            }
            default -> {}
        }
    }

    private int fromLocal() {
        long source = Ipv4.source(frame, ip) & 0xffff_ffffL;
        Entry entry = tables.apply(SOURCE_GUARD, (long) site << 48 | source << 16, 0, octets);
        if (entry == null || entry.action() != ACCEPT_SOURCE) {
            return drop(SwitchDrop.FOREIGN_SOURCE);
        }
        entry = tables.apply(OUTBOUND_POLICY, flowHigh(), flowLow(), octets);
        if (entry != null && entry.action() == PROTECT) {
            return out((int) entry.parameter(0));
        }
        if (entry != null && entry.action() == BYPASS) {
            return forward();
        }
        return drop(SwitchDrop.NO_POLICY);
    }

    private int fromMember() {
        boolean isGdoi =
                Ipv4.protocol(frame, ip) == UDP
                        && (destinationPort == PORT_GDOI
                                || sourcePort == 0 && destinationPort == 0);
        long source = Ipv4.source(frame, ip) & 0xffff_ffffL;
        long destination = Ipv4.destination(frame, ip) & 0xffff_ffffL;
        long high =
                (long) site << 48
                        | (isEsp ? 1L << 47 : 0)
                        | (isGdoi ? 1L << 46 : 0)
                        | source << 14
                        | destination >>> 18;
        Entry entry = tables.apply(MEMBER_GUARD, high, destination << 46, octets);
        if (entry != null && entry.action() == TO_WAN) {
            onlyTo = WAN;
            return forward();
        }
        if (entry != null && entry.action() == TO_LOCAL) {
            onlyTo = LOCAL;
            return forward();
        }
        return drop(SwitchDrop.CLEARTEXT_FROM_MEMBER);
    }

    private int fromWan() {
        if (isEsp) {
            long high = (long) site << 48 | (spi & 0xffff_ffffL) << 16;
            Entry announced = tables.apply(INBOUND_SPI, high, 0, octets);
            if (announced != null && announced.action() == TO_MEMBER) {
                return out((int) announced.parameter(0));
            }
            if (announced != null && announced.action() == DROP_ACTION) {
                return drop(SwitchDrop.UNKNOWN_SPI);
            }
        }
        Entry entry = tables.apply(WAN_GUARD, flowHigh(), flowLow() | icmpType, octets);
        if (entry != null && entry.action() == TO_MEMBER) {
            return out((int) entry.parameter(0));
        }
        if (entry != null && entry.action() == TO_LOCAL) {
            onlyTo = LOCAL;
            return forward();
        }
        if (entry != null && entry.action() == TO_MEMBERS) {
            group = (int) entry.parameter(0);
            return group != 0 ? REPLICATE : drop(SwitchDrop.NO_REPLICA);
        }
        return drop(isEsp ? SwitchDrop.UNKNOWN_SPI : SwitchDrop.CLEARTEXT_FROM_WAN);
    }

    private long flowHigh() {
        long destination = Ipv4.destination(frame, ip) & 0xffff_ffffL;
        long source = Ipv4.source(frame, ip) & 0xffff_ffffL;
        return (long) site << 48 | source << 16 | destination >>> 16;
    }

    private long flowLow() {
        return (long) Ipv4.destination(frame, ip) << 48
                | (long) Ipv4.protocol(frame, ip) << 40
                | (long) sourcePort << 24
                | (long) destinationPort << 8;
    }

    private int forward() {
        long destination = Ipv4.destination(frame, ip) & 0xffff_ffffL;
        Entry entry = tables.apply(ROUTE, destination << 32, 0, octets);
        int egress = 0;
        if (entry != null && entry.action() == DELIVER) {
            egress = (int) entry.parameter(0);
            Ethernet.write(
                    frame,
                    ip - Ethernet.HEADER,
                    entry.parameter(2),
                    entry.parameter(1),
                    Ethernet.TYPE_IPV4);
            group = 0;
        } else if (entry != null && entry.action() == REPLICATE_TO) {
            group = (int) entry.parameter(0);
        } else {
            return drop(SwitchDrop.NO_ROUTE);
        }
        Octets.put8(frame, ip + 8, Ipv4.timeToLive(frame, ip) - 1);
        if ((Octets.u8(frame, ip) & 0x0f) == Ipv4.HEADER / 4) {
            Ipv4.updateChecksum(frame, ip);
        }
        if (onlyTo != NO_ROLE) {
            long high = (long) onlyTo << 61 | (long) egress << 52;
            Entry guard = tables.apply(EGRESS_GUARD, high, 0, octets);
            if (guard == null || guard.action() != PERMIT) {
                return drop(SwitchDrop.FORBIDDEN_EGRESS);
            }
        }
        return group != 0 ? REPLICATE : out(egress);
    }

    private int out(int port) {
        return port == PORT_DROP ? drop(SwitchDrop.DROP_PORT) : port;
    }

    private int drop(SwitchDrop reason) {
        dropped = reason;
        return DROP;
    }

    /** Why the last packet was dropped. */
    public SwitchDrop dropped() {
        return dropped;
    }

    /** Whether the last packet came in by a WAN port. */
    boolean isFromWan() {
        return role == WAN;
    }

    /** The multicast group of the last packet. */
    public int group() {
        return group;
    }
}

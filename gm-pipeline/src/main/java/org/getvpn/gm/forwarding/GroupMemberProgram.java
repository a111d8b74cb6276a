// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.getvpn.gm.p4.Entry;
import org.getvpn.gm.p4.MeterShape;
import org.getvpn.gm.p4.TableShape;
import org.getvpn.gm.p4.TableSnapshot;
import org.getvpn.gm.packet.Ethernet;

/**
 * The program {@code group_member.p4} applied to one packet after another, by one thread. Names are
 * those of the program, so that both can be read side by side. The frame is changed in place.
 */
public final class GroupMemberProgram {
    /** Verdict: the packet is dropped, for {@link #dropped()}. */
    public static final int DROP = -1;

    /**
     * Verdict: a copy to each port of {@link #group()} that {@link #permitsCopy} does not refuse.
     */
    public static final int REPLICATE = -2;

    /** The port of controllers. */
    public static final int PORT_CONTROLLER = 510;

    private static final int PORT_DROP = 511;
    private static final int NO_ROLE = 0;
    private static final int LOCAL = 1;
    private static final int MEMBER = 2;
    private static final int WAN = 3;

    private final ParsedPacket packet = new ParsedPacket();
    private final VersionTables ipv4 = new Ipv4Tables();
    private final VersionTables ipv6 = new Ipv6Tables();
    private VersionTables version;
    private TableSnapshot tables;
    private int ingressPort;
    private long now;
    private int role;
    private int site;
    private int onlyTo;
    private int group;
    private SwitchDrop dropped;

    /**
     * A program for these tables and meters.
     *
     * @throws IllegalArgumentException if they are not those that this class was written for
     */
    public GroupMemberProgram(List<TableShape> shapes, List<MeterShape> meters) {
        ProgramTables.check(shapes, meters);
    }

    /**
     * Runs the ingress control.
     *
     * @param length of the frame, in octets
     * @param port where it came in, 0 to 509
     * @param nanos when it came in, monotonic nanoseconds
     * @return the port it leaves by, 0 to 510; or {@link #DROP}, or {@link #REPLICATE}
     */
    public int run(
            TableSnapshot snapshot,
            MemorySegment memory,
            long offset,
            int length,
            int port,
            long nanos) {
        tables = snapshot;
        ingressPort = port;
        now = nanos;
        role = NO_ROLE;
        site = 0;
        onlyTo = NO_ROLE;
        dropped = null;
        packet.parse(memory, offset, length);

        Entry entry = tables.apply(ProgramTables.PORT_ROLE, (long) port << 55, 0, length);
        if (entry == null || entry.action() != ProgramTables.SET_ROLE) {
            return drop(SwitchDrop.PORT_WITHOUT_ROLE);
        }
        role = (int) entry.parameter(0);
        site = (int) entry.parameter(1);
        entry = punt();
        if (entry != null && entry.action() == ProgramTables.SEND_TO_CONTROLLER) {
            return PORT_CONTROLLER;
        }
        if (!packet.isIpv4() && !packet.isIpv6()) {
            return drop(SwitchDrop.NOT_IP);
        }
        version = packet.isIpv4() ? ipv4 : ipv6;
        SwitchDrop refusal = version.refusal(packet);
        if (refusal != null) {
            return drop(refusal);
        }
        return switch (role) {
            case LOCAL -> fromLocal();
            case MEMBER -> fromMember();
            case WAN -> fromWan();
            default -> drop(SwitchDrop.PORT_WITHOUT_ROLE);
        };
    }

    private Entry punt() {
        long high =
                (long) role << 61
                        | (long) packet.etherType() << 45
                        | (packet.isNeighbourDiscovery() ? 1L << 44 : 0);
        return tables.apply(ProgramTables.PUNT, high, 0, packet.octets());
    }

    private int fromLocal() {
        Entry entry = version.sourceGuard(tables, packet, site);
        if (entry == null || entry.action() != ProgramTables.ACCEPT_SOURCE) {
            return drop(SwitchDrop.FOREIGN_SOURCE);
        }
        entry = version.outboundPolicy(tables, packet, site);
        if (entry != null && entry.action() == ProgramTables.PROTECT) {
            return out((int) entry.parameter(0));
        }
        if (entry != null && entry.action() == ProgramTables.BYPASS) {
            return forward();
        }
        if (entry != null && entry.action() == ProgramTables.COPY) {
            return copy(entry);
        }
        if (entry != null && entry.action() == ProgramTables.REPLICATE) {
            return replicate(entry);
        }
        return drop(SwitchDrop.NO_POLICY);
    }

    private int fromMember() {
        Entry entry = version.memberGuard(tables, packet, site);
        if (entry != null && entry.action() == ProgramTables.TO_WAN) {
            onlyTo = WAN;
            return isTooFast() ? drop(SwitchDrop.GDOI_TOO_FAST) : forward();
        }
        if (entry != null && entry.action() == ProgramTables.TO_LOCAL) {
            onlyTo = LOCAL;
            return forward();
        }
        if (entry != null && entry.action() == ProgramTables.REPLICATE) {
            boolean isMetered = (int) entry.parameter(1) == WAN;
            return isMetered && isTooFast() ? drop(SwitchDrop.GDOI_TOO_FAST) : replicate(entry);
        }
        return drop(SwitchDrop.CLEARTEXT_FROM_MEMBER);
    }

    private boolean isTooFast() {
        if (!packet.isGdoi()) {
            return false;
        }
        int colour = tables.colour(ProgramTables.GDOI_METER, ingressPort, now);
        long high = (long) ingressPort << 55 | (long) colour << 53;
        Entry entry = tables.apply(ProgramTables.GDOI_LIMIT, high, 0, packet.octets());
        return entry != null && entry.action() == ProgramTables.DROP;
    }

    private int fromWan() {
        if (packet.isEsp()) {
            long high = (long) site << 48 | (packet.spi() & 0xffff_ffffL) << 16;
            Entry announced = tables.apply(ProgramTables.INBOUND_SPI, high, 0, packet.octets());
            if (announced != null && announced.action() == ProgramTables.TO_MEMBER) {
                return out((int) announced.parameter(0));
            }
            if (announced != null && announced.action() == ProgramTables.DROP) {
                return drop(SwitchDrop.UNKNOWN_SPI);
            }
        }
        Entry entry = version.wanGuard(tables, packet, site);
        if (entry != null && entry.action() == ProgramTables.TO_MEMBER) {
            return out((int) entry.parameter(0));
        }
        if (entry != null && entry.action() == ProgramTables.TO_LOCAL) {
            onlyTo = LOCAL;
            return forward();
        }
        if (entry != null && entry.action() == ProgramTables.COPY) {
            return copy(entry);
        }
        if (entry != null && entry.action() == ProgramTables.REPLICATE) {
            return replicate(entry);
        }
        return drop(packet.isEsp() ? SwitchDrop.UNKNOWN_SPI : SwitchDrop.CLEARTEXT_FROM_WAN);
    }

    private int forward() {
        Entry entry = version.route(tables, packet);
        if (entry == null || entry.action() != ProgramTables.DELIVER) {
            return drop(SwitchDrop.NO_ROUTE);
        }
        int egress = (int) entry.parameter(0);
        Ethernet.writeAddresses(
                packet.frame(),
                packet.ip() - Ethernet.HEADER,
                entry.parameter(2),
                entry.parameter(1));
        version.takeHop(packet);
        if (onlyTo != NO_ROLE) {
            long high = (long) onlyTo << 61 | (long) egress << 52;
            Entry guard = tables.apply(ProgramTables.EGRESS_GUARD, high, 0, packet.octets());
            if (guard == null || guard.action() != ProgramTables.PERMIT) {
                return drop(SwitchDrop.FORBIDDEN_EGRESS);
            }
        }
        return out(egress);
    }

    private int copy(Entry guard) {
        group = (int) guard.parameter(0);
        onlyTo = MEMBER;
        return group != 0 ? REPLICATE : drop(SwitchDrop.NO_REPLICA);
    }

    private int replicate(Entry guard) {
        group = (int) guard.parameter(0);
        onlyTo = (int) guard.parameter(1);
        if (group == 0) {
            return drop(SwitchDrop.NO_REPLICA);
        }
        version.takeHop(packet);
        return REPLICATE;
    }

    /**
     * Runs the egress control for a copy of the last packet, whose verdict was {@link #REPLICATE}:
     * once for each port of the group, because it counts.
     *
     * @param port 0 to 509, whether there is an interface or not
     * @return whether the copy leaves by the port; never by the one that the packet came from
     */
    public boolean permitsCopy(int port) {
        if (port == ingressPort) {
            return false;
        }
        if (onlyTo == NO_ROLE) {
            return true;
        }
        long high = (long) onlyTo << 61 | (long) port << 52;
        Entry guard = tables.apply(ProgramTables.COPY_GUARD, high, 0, packet.octets());
        return guard != null && guard.action() == ProgramTables.PERMIT_COPY;
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

    /** The multicast group of the last packet, whose verdict was {@link #REPLICATE}. */
    public int group() {
        return group;
    }
}

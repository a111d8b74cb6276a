// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.esp.AeadProvider;
import org.getvpn.gm.esp.JdkAead;
import org.getvpn.gm.io.Arrivals;
import org.getvpn.gm.io.InMemoryIo;
import org.getvpn.gm.io.PacketIo;
import org.getvpn.gm.p4.SwitchTables;
import org.getvpn.gm.p4runtime.P4RuntimeServer;
import org.getvpn.gm.p4runtime.PipelineInfo;
import org.getvpn.gm.p4runtime.SwitchController;
import org.getvpn.gm.p4runtime.SwitchService;
import org.getvpn.gm.pipeline.CryptoPort;
import org.getvpn.gm.pipeline.PipelineSettings;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;
import p4.v1.P4RuntimeOuterClass.Update;

/**
 * The switch of site n: hosts 10.n/16 and fd00:n::/32 at port 1, the WAN at port 2, the member
 * behind port 3, more hosts and more WAN at ports 4 and 5 that have no role yet; programmed over a
 * real gRPC channel; wires in memory, turned by hand.
 */
final class SiteSwitch implements AutoCloseable {
    static final int LOCAL = 1;
    static final int WAN = 2;
    static final int MEMBER = 3;
    static final int SECOND_LOCAL = 4;
    static final int SECOND_WAN = 5;
    static final long ROUTER_MAC = 0x02_00_00_00_00_fdL;
    private static final int MTU = 1500;
    private static final int ANY_HOST = 0xffff_0000;

    final InMemoryIo local = new InMemoryIo("local", Fixture.OWN_MAC, MTU);
    final InMemoryIo wan = new InMemoryIo("wan", Fixture.OWN_MAC + 1, MTU);
    final InMemoryIo secondLocal = new InMemoryIo("local2", Fixture.OWN_MAC + 3, MTU);
    final InMemoryIo secondWan = new InMemoryIo("wan2", Fixture.OWN_MAC + 4, MTU);
    final InMemoryIo control = new InMemoryIo("control", Fixture.OWN_MAC + 2, MTU);
    final SaDatabase database;
    final CryptoPort member;
    final PuntRing punts = new PuntRing();
    final SoftwareSwitch forwarder;
    final SwitchController controller;
    final SwitchService service;
    private final P4RuntimeServer server;

    SiteSwitch(int site) throws IOException, InterruptedException {
        this(site, new JdkAead(), Arrivals.EVERYWHERE, null, null);
    }

    /** With other wires than {@link #local} and {@link #wan}, where they are given. */
    SiteSwitch(
            int site,
            AeadProvider cipher,
            Arrivals arrivals,
            PacketIo otherLocal,
            PacketIo otherWan)
            throws IOException, InterruptedException {
        database = new SaDatabase(cipher, SequenceWatch.NONE);
        member = new CryptoPort(database, new PipelineSettings(0, 0), MTU);
        PipelineInfo info = PipelineInfo.load();
        SwitchTables tables = new SwitchTables(info.tables(), info.meters());
        List<SwitchPort> ports =
                List.of(
                        new SwitchPort(LOCAL, otherLocal == null ? local : otherLocal),
                        new SwitchPort(WAN, otherWan == null ? wan : otherWan),
                        new SwitchPort(SECOND_LOCAL, secondLocal),
                        new SwitchPort(SECOND_WAN, secondWan));
        InsideMember inside = new InsideMember(MEMBER, member, control, memberAddress(site));
        forwarder = new SoftwareSwitch(ports, inside, arrivals, tables, punts, () -> 1);
        List<SwitchPort> all = Stream.concat(ports.stream(), Stream.of(inside.port())).toList();
        service = new SwitchService(site, info, tables, new PacketOutPorts(all));
        server =
                new P4RuntimeServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), service);
        server.start();
        controller =
                new SwitchController(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
                        site,
                        1);
        controller.arbitrate();
        controller.setPipeline();
    }

    static int memberAddress(int site) {
        return 0x0a00_0002 | site << 16;
    }

    /** Roles, guards, policy and routes of a site in a group of two. */
    SiteSwitch program(int site) {
        SwitchController c = controller;
        long own = 0x0a00_0000L | (long) site << 16;
        long other = 0x0a00_0000L | (long) (3 - site) << 16;
        long mask = ANY_HOST & 0xffff_ffffL;
        List<Update> updates = new ArrayList<>();
        updates.add(c.entry("port_role").exact("port", LOCAL).action("set_role", 1, site).insert());
        updates.add(c.entry("port_role").exact("port", WAN).action("set_role", 3, site).insert());
        updates.add(
                c.entry("port_role").exact("port", MEMBER).action("set_role", 2, site).insert());
        updates.add(
                c.entry("punt")
                        .exact("role", 1)
                        .exact("ether_type", 0x0806)
                        .exact("nd", 0)
                        .action("send_to_controller")
                        .insert());
        updates.add(
                c.entry("source_guard")
                        .exact("site", site)
                        .prefix("ipv4_src", own, 16)
                        .action("accept_source")
                        .insert());
        updates.add(
                c.entry("outbound_policy")
                        .exact("site", site)
                        .ternary("ipv4_src", 0x0a00_0000L, 0xff00_0000L)
                        .ternary("ipv4_dst", 0x0a00_0000L, 0xff00_0000L)
                        .priority(10)
                        .action("protect", MEMBER)
                        .insert());
        updates.add(
                c.entry("member_guard")
                        .exact("site", site)
                        .exact("esp", 1)
                        .exact("gdoi", 0)
                        .ternary("ipv4_src", own, mask)
                        .priority(10)
                        .action("to_wan")
                        .insert());
        updates.add(
                c.entry("member_guard")
                        .exact("site", site)
                        .exact("esp", 0)
                        .exact("gdoi", 0)
                        .ternary("ipv4_dst", own, mask)
                        .priority(9)
                        .action("to_local")
                        .insert());
        updates.add(spi(site, Fixture.SPI.value()));
        updates.add(
                c.entry("route")
                        .prefix("ipv4_dst", own, 16)
                        .action("deliver", LOCAL, ROUTER_MAC, Fixture.HOST_MAC)
                        .insert());
        updates.add(
                c.entry("route")
                        .prefix("ipv4_dst", other, 16)
                        .action("deliver", WAN, ROUTER_MAC, Fixture.GATEWAY_MAC)
                        .insert());
        updates.add(
                c.entry("egress_guard")
                        .exact("only_to", 1)
                        .exact("port", LOCAL)
                        .action("permit")
                        .insert());
        updates.add(
                c.entry("egress_guard")
                        .exact("only_to", 3)
                        .exact("port", WAN)
                        .action("permit")
                        .insert());
        c.write(updates);
        return this;
    }

    /** An IPv6 address as a number. */
    static BigInteger number(String address) {
        return new BigInteger(1, Fixture.address(address));
    }

    /** A mask of so many bits of an IPv6 address. */
    static BigInteger prefix(int length) {
        return BigInteger.ONE.shiftLeft(length).subtract(BigInteger.ONE).shiftLeft(128 - length);
    }

    /** Beside {@link #program}: guards, policy and routes for IPv6, and its neighbours. */
    SiteSwitch programIpv6(int site) {
        SwitchController c = controller;
        BigInteger own = number("fd00:" + site + "::");
        BigInteger other = number("fd00:" + (3 - site) + "::");
        BigInteger all = number("fd00::");
        List<Update> updates = new ArrayList<>();
        updates.add(
                c.entry("punt")
                        .exact("role", 1)
                        .exact("ether_type", 0x86dd)
                        .exact("nd", 1)
                        .action("send_to_controller")
                        .insert());
        updates.add(
                c.entry("source_guard_ipv6")
                        .exact("site", site)
                        .prefix("ipv6_src", own, 32)
                        .action("accept_source")
                        .insert());
        updates.add(
                c.entry("outbound_policy_ipv6")
                        .exact("site", site)
                        .ternary("ipv6_src", all, prefix(16))
                        .ternary("ipv6_dst", all, prefix(16))
                        .priority(10)
                        .action("protect", MEMBER)
                        .insert());
        updates.add(
                c.entry("member_guard_ipv6")
                        .exact("site", site)
                        .exact("esp", 1)
                        .exact("gdoi", 0)
                        .ternary("ipv6_src", own, prefix(32))
                        .priority(10)
                        .action("to_wan")
                        .insert());
        updates.add(
                c.entry("member_guard_ipv6")
                        .exact("site", site)
                        .exact("esp", 0)
                        .exact("gdoi", 0)
                        .ternary("ipv6_dst", own, prefix(32))
                        .priority(9)
                        .action("to_local")
                        .insert());
        updates.add(
                c.entry("wan_guard_ipv6")
                        .exact("site", site)
                        .ternary("ipv6_dst", own, prefix(32))
                        .ternary("protocol", 58, 0xff)
                        .ternary("icmp_type", 2, 0xff)
                        .priority(10)
                        .action("to_member", MEMBER)
                        .insert());
        updates.add(
                c.entry("route_ipv6")
                        .prefix("ipv6_dst", own, 32)
                        .action("deliver", LOCAL, ROUTER_MAC, Fixture.HOST_MAC)
                        .insert());
        updates.add(
                c.entry("route_ipv6")
                        .prefix("ipv6_dst", other, 32)
                        .action("deliver", WAN, ROUTER_MAC, Fixture.GATEWAY_MAC)
                        .insert());
        c.write(updates);
        return this;
    }

    Update spi(int site, int spi) {
        return controller
                .entry("inbound_spi")
                .exact("site", site)
                .exact("spi", spi & 0xffff_ffffL)
                .action("to_member", MEMBER)
                .insert();
    }

    SiteSwitch keyed(int sender) {
        database.install(Fixture.tek(Fixture.SPI, 1, Fixture.bothVersions()));
        database.activate(Fixture.SPI, new SenderId(sender, 24));
        return this;
    }

    void arrive(InMemoryIo port, byte[] frame) {
        port.arrive(frame);
        forwarder.turn(0);
    }

    static List<byte[]> sent(InMemoryIo port) throws InterruptedException {
        List<byte[]> frames = new ArrayList<>();
        for (Optional<byte[]> frame = port.takeSent(0);
                frame.isPresent();
                frame = port.takeSent(0)) {
            frames.add(frame.get());
        }
        return frames;
    }

    long packets(String table) {
        int id = controller.table(table).id();
        return controller.entries().stream()
                .filter(entry -> entry.getTableId() == id)
                .mapToLong(entry -> entry.getCounterData().getPacketCount())
                .sum();
    }

    @Override
    public void close() {
        controller.close();
        server.close();
        forwarder.close();
    }
}

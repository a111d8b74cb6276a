// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import static org.getvpn.gm.Fixture.HOST6_1;
import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_MAC;
import static org.getvpn.gm.forwarding.SiteSwitch.LOCAL;
import static org.getvpn.gm.forwarding.SiteSwitch.MEMBER;
import static org.getvpn.gm.forwarding.SiteSwitch.SECOND_LOCAL;
import static org.getvpn.gm.forwarding.SiteSwitch.SECOND_WAN;
import static org.getvpn.gm.forwarding.SiteSwitch.WAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.io.InMemoryIo;
import org.getvpn.gm.p4runtime.SwitchController;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.pipeline.TrafficCounter;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import p4.v1.P4RuntimeOuterClass.Update;

/**
 * A group's multicast at two sites, each with two local and two WAN ports at a switch with its
 * member inside: from hosts to their neighbours in clear, and across the WAN encrypted.
 */
@ParameterizedClass
@EnumSource(MulticastSwitchTest.Version.class)
class MulticastSwitchTest {
    private static final int NOBODY = 77; // a port number without an interface
    private static final int PROTECTED = 1;
    private static final int ENCRYPTED = 2;
    private static final int DECRYPTED = 3;
    private static final int ROLE_NONE = 0;
    private static final int ROLE_LOCAL = 1;
    private static final int ROLE_MEMBER = 2;
    private static final int ROLE_WAN = 3;

    private final Version version;
    @AutoClose private final SiteSwitch first;
    @AutoClose private final SiteSwitch second;

    /** What differs between the versions of IP. */
    enum Version {
        IPV4("", 14 + 9, 14 + 8) {
            @Override
            byte[] frame() {
                byte[] packet = Fixture.udp(HOST_1, 0xef01_0203, 1, 2, 100, 0);
                return Fixture.frame(0x0100_5e01_0203L, HOST_MAC, Ethernet.TYPE_IPV4, packet);
            }

            @Override
            SwitchController.EntryText toGroups(SwitchController.EntryText entry) {
                return entry.ternary("ipv4_dst", 0xef00_0000L, 0xff00_0000L);
            }
        },
        IPV6("_ipv6", 14 + 6, 14 + 7) {
            @Override
            byte[] frame() {
                byte[] packet = Fixture.ipv6(HOST6_1, "ff15::7", 17, Fixture.datagram(60, 1, 2));
                return Fixture.frame(0x3333_0000_0007L, HOST_MAC, Ethernet.TYPE_IPV6, packet);
            }

            @Override
            SwitchController.EntryText toGroups(SwitchController.EntryText entry) {
                return entry.ternary(
                        "ipv6_dst", SiteSwitch.number("ff15::"), SiteSwitch.prefix(16));
            }
        };

        private final String suffix;
        private final int protocol;
        private final int hops;

        Version(String suffix, int protocol, int hops) {
            this.suffix = suffix;
            this.protocol = protocol;
            this.hops = hops;
        }

        /** Of a host at site 1 to the group. */
        abstract byte[] frame();

        abstract SwitchController.EntryText toGroups(SwitchController.EntryText entry);
    }

    MulticastSwitchTest(Version version) throws IOException, InterruptedException {
        this.version = version;
        first = site(1);
        second = site(2);
    }

    /** The group of what the member decrypts names a WAN port, by somebody's mistake. */
    private SiteSwitch site(int number) throws IOException, InterruptedException {
        SiteSwitch site = new SiteSwitch(number).program(number).programIpv6(number);
        SwitchController c = site.controller;
        List<Update> updates = new ArrayList<>();
        updates.add(role(c, SECOND_LOCAL, ROLE_LOCAL, number));
        updates.add(role(c, SECOND_WAN, ROLE_WAN, number));
        updates.add(SwitchController.insertGroup(PROTECTED, LOCAL, SECOND_LOCAL, MEMBER));
        updates.add(SwitchController.insertGroup(ENCRYPTED, WAN, SECOND_WAN));
        updates.add(SwitchController.insertGroup(DECRYPTED, LOCAL, SECOND_LOCAL, WAN));
        updates.add(policy(c, number).action("copy", PROTECTED).insert());
        updates.add(memberGuard(c, number, 1).action("replicate", ENCRYPTED, ROLE_WAN).insert());
        updates.add(memberGuard(c, number, 0).action("replicate", DECRYPTED, ROLE_LOCAL).insert());
        for (int port : new int[] {LOCAL, SECOND_LOCAL}) {
            updates.add(copies(c, ROLE_LOCAL, port).insert());
            updates.add(copies(c, ROLE_MEMBER, port).insert());
        }
        updates.add(copies(c, ROLE_MEMBER, MEMBER).insert());
        updates.add(copies(c, ROLE_WAN, WAN).insert());
        updates.add(copies(c, ROLE_WAN, SECOND_WAN).insert());
        c.write(updates);
        site.database.install(
                Fixture.tek(
                        Fixture.SPI,
                        1,
                        List.of(
                                Fixture.selector("10.0.0.0/8", "239.0.0.0/8", 0, 0, 0),
                                Fixture.selector("fd00::/16", "ff15::/16", 0, 0, 0))));
        site.database.activate(Fixture.SPI, new SenderId(number, 24));
        return site;
    }

    private static Update role(SwitchController c, int port, int role, int site) {
        return c.entry("port_role").exact("port", port).action("set_role", role, site).insert();
    }

    private SwitchController.EntryText policy(SwitchController c, int site) {
        return version.toGroups(c.entry("outbound_policy" + version.suffix).exact("site", site))
                .priority(20);
    }

    private SwitchController.EntryText memberGuard(SwitchController c, int site, int esp) {
        SwitchController.EntryText entry = c.entry("member_guard" + version.suffix);
        return version.toGroups(entry.exact("site", site).exact("esp", esp).exact("gdoi", 0))
                .priority(20);
    }

    private static SwitchController.EntryText copies(SwitchController c, int onlyTo, int port) {
        return c.entry("copy_guard")
                .exact("only_to", onlyTo)
                .exact("port", port)
                .action("permit_copy");
    }

    private static Update as(Update.Type type, Update insert) {
        return insert.toBuilder().setType(type).build();
    }

    private static void assertSent(InMemoryIo port, byte[] frame) throws InterruptedException {
        List<byte[]> sent = SiteSwitch.sent(port);
        assertEquals(1, sent.size(), port.name());
        assertArrayEquals(frame, sent.get(0), port.name());
    }

    private static void assertNothingSent(InMemoryIo... ports) throws InterruptedException {
        for (InMemoryIo port : ports) {
            assertTrue(SiteSwitch.sent(port).isEmpty(), port.name());
        }
    }

    private static long forbidden(SiteSwitch site) {
        return site.forwarder.drops().get(SwitchDrop.FORBIDDEN_EGRESS);
    }

    private static long encrypted(SiteSwitch site) {
        return site.member.traffic().get(TrafficCounter.ENCRYPTED_PACKETS);
    }

    /** What a host's packet becomes on the WAN, alike at both ports. */
    private byte[] onTheWan(byte[] sent) throws InterruptedException {
        List<byte[]> esp = SiteSwitch.sent(first.wan);
        assertEquals(1, esp.size());
        assertEquals(50, esp.get(0)[version.protocol]);
        assertEquals(sent[version.hops] - 1, esp.get(0)[version.hops]);
        if (version == Version.IPV4) {
            assertTrue(Fixture.hasRightChecksum(Fixture.packet(esp.get(0))));
        }
        assertSent(first.secondWan, esp.get(0));
        return esp.get(0);
    }

    @Test
    void aHostsPacketReachesItsNeighboursAsItCameAndTheWanEncryptedWithOneHopLess()
            throws InterruptedException {
        byte[] sent = version.frame();
        first.arrive(first.local, sent.clone());
        assertSent(first.secondLocal, sent);
        onTheWan(sent);
        assertNothingSent(first.local, first.control);
        assertEquals(1, encrypted(first));
        assertEquals(0, forbidden(first));
        assertEquals(4, first.packets("copy_guard"), "neighbour, member, and twice the WAN");
        assertNull(first.forwarder.firstDefect());
    }

    @Test
    void whatTheMemberDecryptsReachesHostsAloneEvenIfTheGroupNamesAWanPort()
            throws InterruptedException {
        byte[] sent = version.frame();
        first.arrive(first.local, sent.clone());
        second.arrive(second.secondWan, onTheWan(sent));
        List<byte[]> heard = SiteSwitch.sent(second.local);
        assertEquals(1, heard.size());
        assertSent(second.secondLocal, heard.get(0));
        byte[] expected = sent.clone();
        expected[version.hops]--;
        if (version == Version.IPV4) {
            assertTrue(Fixture.hasRightChecksum(Fixture.packet(heard.get(0))));
            expected[24] = heard.get(0)[24];
            expected[25] = heard.get(0)[25];
        }
        assertArrayEquals(expected, heard.get(0));
        assertNothingSent(second.wan, second.secondWan, second.control);
        assertEquals(1, forbidden(second));
        assertNull(second.forwarder.firstDefect());
    }

    @Test
    void aProtectedPacketNeverLeavesByTheWanInClearWhateverTheGroupSays()
            throws InterruptedException {
        Update group =
                SwitchController.insertGroup(
                        PROTECTED, WAN, LOCAL, MEMBER, SECOND_WAN, SECOND_LOCAL);
        first.controller.write(List.of(as(Update.Type.MODIFY, group)));
        byte[] sent = version.frame();
        first.arrive(first.local, sent.clone());
        assertSent(first.secondLocal, sent);
        onTheWan(sent);
        assertEquals(2, forbidden(first));
    }

    @Test
    void aCopyWithoutALineOfItsGuardIsDroppedAndCounted() throws InterruptedException {
        SwitchController c = first.controller;
        c.write(
                List.of(
                        as(Update.Type.DELETE, copies(c, ROLE_MEMBER, MEMBER).insert()),
                        as(Update.Type.DELETE, copies(c, ROLE_MEMBER, SECOND_LOCAL).insert())));
        first.arrive(first.local, version.frame());
        assertNothingSent(
                first.local, first.secondLocal, first.wan, first.secondWan, first.control);
        assertEquals(2, forbidden(first));
        assertEquals(0, first.forwarder.drops().get(SwitchDrop.NO_REPLICA), "one reason each");
        assertEquals(0, encrypted(first));
    }

    @Test
    void aGroupWithoutAPortThatIsThereIsNoReplica() throws InterruptedException {
        SwitchController c = first.controller;
        Update group = SwitchController.insertGroup(PROTECTED, LOCAL, NOBODY);
        c.write(List.of(as(Update.Type.MODIFY, group), copies(c, ROLE_MEMBER, NOBODY).insert()));
        first.arrive(first.local, version.frame());
        c.write(List.of(as(Update.Type.DELETE, group)));
        first.arrive(first.local, version.frame());
        assertNothingSent(first.secondLocal, first.wan, first.secondWan);
        assertEquals(2, first.forwarder.drops().get(SwitchDrop.NO_REPLICA));
        assertEquals(1, first.packets("copy_guard"), "bmv2 judges a copy to such a port, too");
        assertEquals(0, forbidden(first));
    }

    @Test
    void aBypassedPacketLeavesByThePortsOfItsGroupWithOneHopLess() throws InterruptedException {
        SwitchController c = first.controller;
        c.write(List.of(policy(c, 1).action("replicate", DECRYPTED, ROLE_NONE).modify()));
        byte[] sent = version.frame();
        first.arrive(first.local, sent.clone());
        List<byte[]> left = SiteSwitch.sent(first.wan);
        assertEquals(1, left.size(), "to any role");
        assertEquals(sent[version.hops] - 1, left.get(0)[version.hops]);
        assertSent(first.secondLocal, left.get(0));
        assertNothingSent(first.local);
        c.write(List.of(policy(c, 1).action("replicate", DECRYPTED, ROLE_WAN).modify()));
        first.arrive(first.local, sent.clone());
        assertSent(first.wan, left.get(0));
        assertNothingSent(first.local, first.secondLocal);
        assertEquals(1, forbidden(first));
        assertEquals(0, encrypted(first));
    }
}

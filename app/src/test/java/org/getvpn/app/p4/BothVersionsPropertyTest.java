// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.Migration;
import org.getvpn.app.policy.SitePolicy;
import org.getvpn.ks.api.PolicyLine;
import org.junit.jupiter.api.Test;
import org.onlab.packet.IpAddress;

/**
 * Random policies with lines of both IP versions and random packets, seeded, at both kinds of
 * switch. The expectation is written down apart from the translators. What hides its ports or its
 * protocol may be any of several packets: it leaves or arrives in clear only if every one of them
 * would.
 */
class BothVersionsPropertyTest {
    private static final long LOCAL = 1;
    private static final long MEMBER = 2;
    private static final long WAN = 3;
    private static final String FORWARD = "forward";
    private static final String TO_MEMBER = "OUTPUT:2";
    private static final String[][] HERE = {
        {"10.1.0.9", "10.1.0.200"}, {"2001:db8:1::9", "2001:db8:1:8000::9"}
    };
    private static final String[][] THERE = {
        {"10.2.0.7", "10.2.9.9", "172.16.0.1", "192.0.2.1"},
        {"2001:db8:2::7", "2001:db8:2::9", "fd00::1", "2001:db9::1"}
    };
    private static final int[] PORTS = {53, 443, 4000};

    private final Random random = new Random(8200);
    private final SitePolicies policies = new SitePolicies(random);

    @Test
    void whatLeavesASiteIsWhatTheFirstMatchingLineSays() {
        for (int round = 0; round < 120; round++) {
            Site site = site(Migration.values()[random.nextInt(3)]);
            for (int i = 0; i < 40; i++) {
                SitePacket packet = packet(LOCAL);
                site.switches.forEach(
                        (kind, decide) -> {
                            String outcome = decide.apply(packet);
                            Set<String> expected =
                                    readings(packet, kind).stream()
                                            .map(reading -> leaving(site.policy, reading))
                                            .collect(Collectors.toSet());
                            if (outcome.equals(TO_MEMBER) && packet.isHidden(kind)) {
                                return; // he resolves it
                            }
                            assertEquals(Set.of(outcome), expected, () -> site.story(kind, packet));
                        });
            }
        }
    }

    @Test
    void whatArrivesInClearIsWhatEveryReadingOfItMay() {
        for (int round = 0; round < 120; round++) {
            Site site = site(Migration.values()[random.nextInt(3)]);
            for (int i = 0; i < 40; i++) {
                SitePacket packet = packet(WAN);
                site.switches.forEach(
                        (kind, decide) -> {
                            String outcome = decide.apply(packet);
                            Set<String> expected =
                                    readings(packet, kind).stream()
                                            .map(reading -> arriving(site.policy, reading))
                                            .collect(Collectors.toSet());
                            if (outcome.equals("drop") && packet.isHidden(kind)) {
                                return;
                            }
                            assertEquals(Set.of(outcome), expected, () -> site.story(kind, packet));
                        });
            }
        }
    }

    /** Whose loss matters to a packet is the one that decided about it. */
    @Test
    void losingAnyOneEntryOrRuleNeverLetsThroughWhatThePolicyHolds() {
        for (int round = 0; round < 150; round++) {
            SitePolicy policy =
                    policies.mixed(MemberAccess.ADMITTED, Migration.values()[random.nextInt(3)]);
            for (SwitchKind kind : SwitchKind.values()) {
                List<PolicyRule> whole = kind.translate(policy);
                for (int i = 0; i < 30; i++) {
                    SitePacket packet = packet(random.nextBoolean() ? LOCAL : WAN);
                    if (readings(packet, kind).stream()
                            .allMatch(reading -> passes(policy, reading).equals(FORWARD))) {
                        continue;
                    }
                    PolicyRule lost = kind.decider(whole, packet).orElseThrow();
                    List<PolicyRule> rest = new ArrayList<>(whole);
                    rest.remove(lost);
                    assertNotEquals(
                            FORWARD,
                            kind.over(rest).apply(packet),
                            () ->
                                    kind
                                            + " "
                                            + packet
                                            + "\nwithout "
                                            + lost.purpose()
                                            + "\n"
                                            + policy.migration()
                                            + " "
                                            + policy.lines());
                }
            }
        }
    }

    @Test
    void fromTheMemberPortOnlyEspLeavesTheSiteAndNothingThatHidesIt() {
        for (Migration migration : Migration.values()) {
            ProgramModel program = program(MemberAccess.ADMITTED, migration);
            assertEquals(FORWARD, where(program, MEMBER, "2001:db8:1::9", "2001:db8:2::7", 50));
            assertEquals(FORWARD, where(program, MEMBER, "2001:db8:2::7", "2001:db8:1::9", 6));
            assertDropped(
                    DropReason.CLEARTEXT_FROM_MEMBER,
                    program,
                    frame(MEMBER, "2001:db8:1::9", "2001:db8:2::7", 17));
            assertDropped(
                    DropReason.CLEARTEXT_FROM_MEMBER,
                    program,
                    new TestFrame(MEMBER, "2001:db8:1::9", "2001:db8:2::7", 50, 0, 0, true));
            assertDropped(
                    DropReason.ESP_TO_SITE,
                    program,
                    frame(MEMBER, "2001:db8:1::9", "2001:db8:1::10", 50));
        }
    }

    @Test
    void onlyAnnouncedSpisReachTheMemberOverIpv6Too() {
        for (int round = 0; round < 10; round++) {
            ProgramModel program = program(MemberAccess.ADMITTED, Migration.CLOSED);
            assertEquals(
                    TO_MEMBER,
                    program.decide(
                                    new TestFrame(
                                            WAN,
                                            "2001:db8:2::7",
                                            "2001:db8:1::9",
                                            50,
                                            0xaaaa,
                                            0,
                                            false))
                            .where);
            assertDropped(
                    DropReason.UNKNOWN_SPI,
                    program,
                    new TestFrame(WAN, "2001:db8:2::7", "2001:db8:1::9", 50, 0xcccc, 0, false));
        }
    }

    @Test
    void nothingPassesThePortOfAnEvictedMemberOverIpv6() {
        ProgramModel program = program(MemberAccess.EVICTED, Migration.OPEN);
        for (int protocol : new int[] {50, 17, 58}) {
            assertDropped(
                    DropReason.MEMBER_EVICTED,
                    program,
                    frame(MEMBER, "2001:db8:2::7", "2001:db8:1::9", protocol));
        }
        assertDropped(
                DropReason.MEMBER_EVICTED,
                program,
                new TestFrame(WAN, "2001:db8:2::7", "2001:db8:1::9", 50, 0xaaaa, 0, false));
    }

    @Test
    void whatAPathSaysOfItsLengthGoesToTheMember() {
        ProgramModel program = program(MemberAccess.ADMITTED, Migration.CLOSED);
        for (int type : new int[] {1, 2, 3, 4}) {
            assertEquals(
                    TO_MEMBER,
                    program.decide(icmp(WAN, "2001:db8:f::1", "2001:db8:1::9", type)).where);
        }
    }

    @Test
    void neighboursAreTheControllersAndNeverOnesOfTheWan() {
        for (int round = 0; round < 10; round++) {
            ProgramModel program = program(MemberAccess.ADMITTED, Migration.OPEN);
            for (long port : new long[] {LOCAL, MEMBER}) {
                assertEquals(
                        "OUTPUT:CONTROLLER",
                        program.decide(icmp(port, "fe80::9", "ff02::1:ff00:1", 135)).where);
                assertEquals(
                        "OUTPUT:CONTROLLER",
                        program.decide(icmp(port, "2001:db8:1::9", "2001:db8:1::1", 136)).where);
            }
            for (int type : new int[] {135, 136}) {
                assertDropped(
                        DropReason.ND_FROM_WAN,
                        program,
                        icmp(WAN, "2001:db8:2::7", "2001:db8:1::9", type));
            }
        }
    }

    @Test
    void ofASiteWithoutIpv6NothingOfItPasses() {
        ProgramModel program =
                new ProgramModel(
                        SitePolicies.entries(
                                policies.next(MemberAccess.ADMITTED, Migration.OPEN), 0xaaaa));
        assertDropped(
                DropReason.SOURCE_GUARD,
                program,
                frame(LOCAL, "2001:db8:1::9", "2001:db8:2::7", 17));
        assertDropped(
                DropReason.CLEARTEXT_FROM_MEMBER,
                program,
                frame(MEMBER, "2001:db8:1::9", "2001:db8:2::7", 50));
        assertDropped(
                DropReason.UNEXPECTED_FROM_WAN,
                program,
                frame(WAN, "2001:db8:2::7", "2001:db8:1::9", 17));
    }

    private ProgramModel program(MemberAccess access, Migration migration) {
        return new ProgramModel(SitePolicies.entries(policies.mixed(access, migration), 0xaaaa));
    }

    private Site site(Migration migration) {
        return new Site(policies.mixed(MemberAccess.ADMITTED, migration));
    }

    /** From a host of the site to somebody, or from somewhere else to it. */
    private SitePacket packet(long port) {
        int version = random.nextInt(3) == 0 ? 0 : 1;
        String here = HERE[version][random.nextInt(HERE[version].length)];
        String there = THERE[version][random.nextInt(THERE[version].length)];
        int[] protocols = {version == 0 ? 1 : 58, 6, 17, 47};
        int protocol = protocols[random.nextInt(protocols.length)];
        return new SitePacket(
                port,
                port == WAN ? there : here,
                port == WAN ? here : random.nextInt(8) == 0 ? HERE[version][0] : there,
                protocol,
                protocol == 1 || protocol == 58 ? 128 : PORTS[random.nextInt(PORTS.length)],
                PORTS[random.nextInt(PORTS.length)],
                SitePacket.Cover.values()[random.nextInt(SitePacket.Cover.values().length)]);
    }

    /** What a packet may be, as far as a switch of that kind sees. */
    private static List<SitePacket> readings(SitePacket packet, SwitchKind kind) {
        if (!packet.isHidden(kind)) {
            return List.of(packet);
        }
        List<SitePacket> readings = new ArrayList<>();
        int[] protocols =
                packet.isIpv6() ? new int[] {58, 6, 17, 47, 132} : new int[] {packet.protocol};
        for (int protocol : protocols) {
            for (int source : PORTS) {
                for (int destination : PORTS) {
                    readings.add(
                            new SitePacket(
                                    packet.port,
                                    packet.source,
                                    packet.destination,
                                    protocol,
                                    source,
                                    destination,
                                    SitePacket.Cover.NONE));
                }
            }
        }
        return readings;
    }

    private static String leaving(SitePolicy policy, SitePacket packet) {
        if (within(policy, packet.destination)) {
            return FORWARD;
        }
        for (PolicyLine line : policy.lines()) {
            if (packet.matches(line)) {
                switch (line.action()) {
                    case PROTECT:
                        return policy.migration().letsLeave() ? FORWARD : TO_MEMBER;
                    case BYPASS:
                        return FORWARD;
                    default:
                        return "drop";
                }
            }
        }
        return "drop";
    }

    private static String arriving(SitePolicy policy, SitePacket packet) {
        for (PolicyLine line : policy.lines()) {
            if (line.action() == PolicyLine.Action.BYPASS) {
                if (packet.matches(line) || packet.turned().matches(line)) {
                    return FORWARD;
                }
            } else if (packet.matches(line)) {
                return line.action() == PolicyLine.Action.PROTECT && policy.migration().letsArrive()
                        ? FORWARD
                        : "drop";
            }
        }
        return "drop";
    }

    private static String passes(SitePolicy policy, SitePacket packet) {
        return packet.port == LOCAL ? leaving(policy, packet) : arriving(policy, packet);
    }

    private static boolean within(SitePolicy policy, String address) {
        return policy.site().contains(IpAddress.valueOf(address));
    }

    private static String where(
            ProgramModel program, long port, String source, String destination, int protocol) {
        return program.decide(frame(port, source, destination, protocol)).where;
    }

    private static TestFrame frame(long port, String source, String destination, int protocol) {
        return new TestFrame(port, source, destination, protocol, 9, 9, false);
    }

    private static TestFrame icmp(long port, String source, String destination, int type) {
        return new TestFrame(port, source, destination, 58, type, 0, false);
    }

    private static void assertDropped(DropReason reason, ProgramModel program, TestFrame frame) {
        ProgramModel.Fate fate = program.decide(frame);
        assertEquals("drop", fate.where, frame::toString);
        assertTrue(fate.by.isPresent(), () -> frame + ": dropped, but nothing counts it");
        assertEquals(Optional.of(reason), fate.by.get().reason(), frame::toString);
    }

    /** A site at both kinds of switch. */
    private static final class Site {
        final SitePolicy policy;
        final Map<SwitchKind, Function<SitePacket, String>> switches = new LinkedHashMap<>();

        Site(SitePolicy policy) {
            this.policy = policy;
            for (SwitchKind kind : SwitchKind.values()) {
                switches.put(kind, kind.over(kind.translate(policy)));
            }
        }

        String story(SwitchKind kind, SitePacket packet) {
            return kind + " " + packet + "\n" + policy.migration() + " " + policy.lines();
        }
    }
}

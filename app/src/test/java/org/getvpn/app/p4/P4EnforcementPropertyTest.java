// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.getvpn.app.openflow.OpenFlowPolicyTranslator;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.openflow.TestPacket;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.Migration;
import org.getvpn.app.policy.SitePolicy;
import org.junit.jupiter.api.Test;

/** Random policies and packets, seeded: P4 entries do what the OpenFlow rules do, and more. */
class P4EnforcementPropertyTest {
    private static final long LOCAL = 1;
    private static final long MEMBER = 2;
    private static final long WAN = 3;
    private static final String[] HOSTS = {
        "10.1.0.9",
        "10.1.0.2",
        "10.1.0.200",
        "10.2.0.7",
        "10.2.9.9",
        "172.16.0.1",
        "192.0.2.1",
        "10.255.0.1"
    };
    private static final int[] PROTOCOLS = {1, 6, 17, 47};
    private static final int[] PORTS = {53, 443, 4000, 11, 848};

    private final Random random = new Random(848);
    private final SitePolicies policies = new SitePolicies(random);

    @Test
    void bothKindsOfSwitchDecideAlikePacketByPacket() {
        for (int round = 0; round < 300; round++) {
            SitePolicy policy = policies.next(MemberAccess.ADMITTED, anyMigration());
            List<PolicyRule> rules =
                    new OpenFlowPolicyTranslator(SitePolicies.APPLICATION)
                            .translate(
                                    new DevicePolicy(
                                            SitePolicies.SITE1, List.of(policy), Optional.empty()),
                                    List.of());
            ProgramModel program = new ProgramModel(SitePolicies.entries(policy));
            for (int i = 0; i < 60; i++) {
                long port = random.nextBoolean() ? LOCAL : random.nextBoolean() ? MEMBER : WAN;
                String from = HOSTS[random.nextInt(HOSTS.length)];
                String to = HOSTS[random.nextInt(HOSTS.length)];
                int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
                int source = PORTS[random.nextInt(PORTS.length)];
                int destination = PORTS[random.nextInt(PORTS.length)];
                boolean later = random.nextInt(4) == 0;
                TestFrame frame =
                        new TestFrame(port, from, to, protocol, source, destination, later);
                assertEquals(
                        new TestPacket(port, from, to, protocol, source, destination, later)
                                .outcome(rules),
                        program.decide(frame).where,
                        () -> frame + "\n" + policy.migration() + " " + policy.lines());
            }
        }
    }

    @Test
    void losingAnyOneEntryNeverLetsOutWhatThePolicyHolds() {
        for (int round = 0; round < 25; round++) {
            List<PolicyRule> entries =
                    SitePolicies.entries(
                            policies.next(MemberAccess.ADMITTED, anyMigration()), 0xaaaa);
            ProgramModel whole = new ProgramModel(entries);
            List<TestFrame> held = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                TestFrame frame =
                        new TestFrame(
                                LOCAL,
                                "10.1.0.9",
                                HOSTS[random.nextInt(HOSTS.length)],
                                PROTOCOLS[random.nextInt(PROTOCOLS.length)],
                                PORTS[random.nextInt(PORTS.length)],
                                PORTS[random.nextInt(PORTS.length)],
                                random.nextInt(4) == 0);
                if (!whole.decide(frame).where.equals("forward")) {
                    held.add(frame);
                }
            }
            for (PolicyRule lost : entries) {
                List<PolicyRule> rest = new ArrayList<>(entries);
                rest.remove(lost);
                ProgramModel program = new ProgramModel(rest);
                for (TestFrame frame : held) {
                    assertNotEquals(
                            "forward",
                            program.decide(frame).where,
                            () -> frame + "\nwithout " + lost.purpose());
                }
            }
        }
    }

    @Test
    void onlyAnnouncedSpisReachTheMember() {
        List<PolicyRule> entries =
                SitePolicies.entries(policies.next(MemberAccess.ADMITTED), 0xaaaa, 0xbbbb);
        ProgramModel program = new ProgramModel(entries);
        assertEquals("OUTPUT:2", program.decide(esp(WAN, 0xaaaa)).where);
        assertEquals("OUTPUT:2", program.decide(esp(WAN, 0xbbbb)).where);
        assertDropped(DropReason.UNKNOWN_SPI, program, esp(WAN, 0xcccc));
        assertDropped(
                DropReason.UNKNOWN_SPI,
                program,
                new TestFrame(WAN, "10.2.0.7", "10.1.0.9", 50, 0, 0, true));
    }

    @Test
    void anUnknownSpiIsDroppedEvenWhereALineBypassesEverything() {
        for (int round = 0; round < 100; round++) {
            ProgramModel program =
                    new ProgramModel(SitePolicies.entries(policies.next(MemberAccess.ADMITTED)));
            assertDropped(DropReason.UNKNOWN_SPI, program, esp(WAN, random.nextInt()));
        }
    }

    @Test
    void fromTheMemberPortOnlyEspAndGdoiLeaveTheSite() {
        ProgramModel program =
                new ProgramModel(SitePolicies.entries(policies.next(MemberAccess.ADMITTED)));
        assertEquals("forward", program.decide(esp(MEMBER, 0xaaaa)).where);
        assertEquals("forward", member(program, "10.1.0.2", "10.255.0.1", 17, 848, 848));
        assertEquals("forward", member(program, "10.2.0.7", "10.1.0.9", 6, 443, 9));
        assertDropped(
                DropReason.CLEARTEXT_FROM_MEMBER,
                program,
                new TestFrame(MEMBER, "10.1.0.9", "10.2.0.7", 17, 9, 9, false));
        assertDropped(
                DropReason.CLEARTEXT_FROM_MEMBER,
                program,
                new TestFrame(MEMBER, "10.1.0.2", "10.255.0.3", 17, 848, 848, false));
        assertDropped(
                DropReason.ESP_TO_SITE,
                program,
                new TestFrame(MEMBER, "10.1.0.9", "10.1.0.10", 50, 7, 0, false));
    }

    @Test
    void laterFragmentsOfGdoiPassBetweenMemberAndKeyServerAndNobodyElsesDo() {
        ProgramModel program =
                new ProgramModel(SitePolicies.entries(policies.next(MemberAccess.ADMITTED)));
        assertEquals("forward", fragment(program, MEMBER, "10.1.0.2", "10.255.0.1", 17));
        assertEquals("forward", fragment(program, WAN, "10.255.0.2", "10.1.0.2", 17));
        assertEquals("forward", fragment(program, MEMBER, "10.2.0.7", "10.1.0.9", 17));
        for (String[] ends :
                new String[][] {{"10.1.0.9", "10.255.0.1"}, {"10.1.0.2", "10.255.0.3"}}) {
            assertDropped(
                    DropReason.CLEARTEXT_FROM_MEMBER,
                    program,
                    new TestFrame(MEMBER, ends[0], ends[1], 17, 848, 848, true));
        }
        assertEquals("drop", fragment(program, MEMBER, "10.1.0.2", "10.255.0.1", 6));
        assertDropped(
                DropReason.SOURCE_GUARD,
                program,
                new TestFrame(LOCAL, "10.1.0.2", "10.255.0.1", 17, 848, 848, true));
    }

    @Test
    void nothingPassesThePortOfAnEvictedMember() {
        ProgramModel program =
                new ProgramModel(
                        SitePolicies.entries(
                                policies.next(MemberAccess.EVICTED, Migration.OPEN), 0xaaaa));
        assertDropped(DropReason.MEMBER_EVICTED, program, esp(MEMBER, 0xaaaa));
        assertDropped(DropReason.MEMBER_EVICTED, program, esp(WAN, 0xaaaa));
        assertDropped(DropReason.MEMBER_EVICTED, program, esp(WAN, 0xcccc));
        assertDropped(
                DropReason.MEMBER_EVICTED,
                program,
                new TestFrame(MEMBER, "10.1.0.2", "10.255.0.1", 17, 848, 848, false));
        assertDropped(
                DropReason.MEMBER_EVICTED,
                program,
                new TestFrame(MEMBER, "10.2.0.7", "10.1.0.9", 6, 443, 9, false));
    }

    @Test
    void aForgedSourceIsCountedAsSuch() {
        ProgramModel program =
                new ProgramModel(SitePolicies.entries(policies.next(MemberAccess.ADMITTED)));
        assertDropped(
                DropReason.SOURCE_GUARD,
                program,
                new TestFrame(LOCAL, "10.2.0.7", "10.2.0.8", 17, 1, 1, false));
        assertDropped(
                DropReason.SOURCE_GUARD,
                program,
                new TestFrame(LOCAL, "10.1.0.2", "10.255.0.1", 17, 848, 848, false));
    }

    @Test
    void whileAGroupMigratesTheMemberPortStillLetsOutEspAndGdoiOnly() {
        for (Migration migration : Migration.values()) {
            ProgramModel program =
                    new ProgramModel(
                            SitePolicies.entries(
                                    policies.next(MemberAccess.ADMITTED, migration), 0xaaaa));
            assertEquals("forward", program.decide(esp(MEMBER, 0xaaaa)).where);
            assertEquals("OUTPUT:2", program.decide(esp(WAN, 0xaaaa)).where);
            assertDropped(DropReason.UNKNOWN_SPI, program, esp(WAN, 0xcccc));
            assertDropped(
                    DropReason.CLEARTEXT_FROM_MEMBER,
                    program,
                    new TestFrame(MEMBER, "10.1.0.9", "10.2.0.7", 17, 9, 9, false));
        }
    }

    private Migration anyMigration() {
        return Migration.values()[random.nextInt(Migration.values().length)];
    }

    private static String member(
            ProgramModel program, String from, String to, int protocol, int source, int port) {
        return program.decide(new TestFrame(MEMBER, from, to, protocol, source, port, false)).where;
    }

    private static String fragment(
            ProgramModel program, long port, String from, String to, int protocol) {
        return program.decide(new TestFrame(port, from, to, protocol, 848, 848, true)).where;
    }

    private static TestFrame esp(long port, int spi) {
        return port == MEMBER
                ? new TestFrame(port, "10.1.0.9", "10.2.0.7", 50, spi, 0, false)
                : new TestFrame(port, "10.2.0.7", "10.1.0.9", 50, spi, 0, false);
    }

    private static void assertDropped(DropReason reason, ProgramModel program, TestFrame frame) {
        ProgramModel.Fate fate = program.decide(frame);
        assertEquals("drop", fate.where, frame::toString);
        assertTrue(fate.by.isPresent(), () -> frame + ": dropped, but nothing counts it");
        assertEquals(Optional.of(reason), fate.by.get().reason(), frame::toString);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.getvpn.app.config.Samples;
import org.getvpn.app.p4.SitePolicies;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.Migration;
import org.getvpn.app.policy.SitePolicy;
import org.getvpn.ks.api.PolicyLine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.onlab.packet.IpPrefix;

/**
 * Random policies and packets, seeded, in each state of a migration. The expectation is written
 * down apart from the translator: the first line that matches decides, and PROTECT means clear text
 * in the directions that are open.
 */
class MigrationPropertyTest {
    private static final long LOCAL = 1;
    private static final long MEMBER = 2;
    private static final long WAN = 3;
    private static final String[] HOSTS = {
        "10.1.0.9", "10.1.0.200", "10.2.0.7", "10.2.9.9", "172.16.0.1", "192.0.2.1"
    };
    private static final int[] PROTOCOLS = {1, 6, 17, 47};
    private static final int[] PORTS = {53, 443};

    private final Random random = new Random(6407);
    private final SitePolicies policies = new SitePolicies(random);

    @ParameterizedTest
    @EnumSource(Migration.class)
    void whatLeavesIsWhatTheFirstMatchingLineSays(Migration migration) {
        int inClear = 0;
        for (int round = 0; round < 200; round++) {
            SitePolicy policy = policies.next(MemberAccess.ADMITTED, migration);
            List<PolicyRule> rules = translate(policy);
            for (int i = 0; i < 40; i++) {
                TestPacket packet = leaving(false);
                Fate expected = expectedLeaving(policy, packet);
                assertDecided(expected, policy, packet, rules);
                inClear += expected == Fate.MIGRATING ? 1 : 0;
            }
        }
        assertEquals(migration == Migration.OPEN, inClear > 1000, inClear + " packets in clear");
    }

    @ParameterizedTest
    @EnumSource(Migration.class)
    void whatArrivesIsWhatTheFirstMatchingLineSays(Migration migration) {
        int inClear = 0;
        for (int round = 0; round < 200; round++) {
            SitePolicy policy = policies.next(MemberAccess.ADMITTED, migration);
            List<PolicyRule> rules = translate(policy);
            for (int i = 0; i < 40; i++) {
                TestPacket packet = arriving(false);
                if (isIcmpError(packet)) {
                    assertEquals("OUTPUT:2", packet.outcome(rules), packet::toString);
                    continue;
                }
                Fate expected = expectedArriving(policy, packet);
                assertDecided(expected, policy, packet, rules);
                inClear += expected == Fate.MIGRATING ? 1 : 0;
            }
        }
        assertEquals(migration != Migration.CLOSED, inClear > 1000, inClear + " packets in clear");
    }

    /** They show no ports, so that a line with ports may be theirs or not: none is guessed at. */
    @ParameterizedTest
    @EnumSource(Migration.class)
    void laterFragmentsPassInClearOnlyWhereTheirFlowDoes(Migration migration) {
        for (int round = 0; round < 300; round++) {
            SitePolicy policy = policies.next(MemberAccess.ADMITTED, migration);
            List<PolicyRule> rules = translate(policy);
            for (int i = 0; i < 40; i++) {
                TestPacket out = leaving(true);
                if (!expectedLeaving(policy, out).passes()) {
                    assertNotEquals("forward", out.outcome(rules), () -> words(out, policy, rules));
                }
                TestPacket in = arriving(true);
                if (!expectedArriving(policy, in).passes() && !isIcmpError(in)) {
                    assertNotEquals("forward", in.outcome(rules), () -> words(in, policy, rules));
                }
            }
        }
    }

    @Test
    void whereOnePortlessLineProtectsAllLaterFragmentsPassWithTheirFlows() {
        int seen = 0;
        for (int round = 0; round < 600; round++) {
            SitePolicy policy = policies.next(MemberAccess.ADMITTED, Migration.OPEN);
            if (!policy.lines().stream().allMatch(MigrationPropertyTest::isCoveredAndPasses)) {
                continue;
            }
            List<PolicyRule> rules = translate(policy);
            TestPacket fragment = new TestPacket(LOCAL, "10.1.0.9", "10.2.9.9", 17, 53, 443, true);
            assertEquals("forward", fragment.outcome(rules), () -> words(fragment, policy, rules));
            seen++;
        }
        assertTrue(seen > 10, seen + " policies");
    }

    @ParameterizedTest
    @EnumSource(Migration.class)
    void losingAnyOneRuleNeverLetsPassWhatThePolicyHolds(Migration migration) {
        for (int round = 0; round < 25; round++) {
            SitePolicy policy = policies.next(MemberAccess.ADMITTED, migration);
            List<PolicyRule> rules = translate(policy);
            List<TestPacket> held = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                TestPacket out = leaving(random.nextInt(4) == 0);
                if (!expectedLeaving(policy, out).passes()) {
                    held.add(out);
                }
                TestPacket in = arriving(random.nextInt(4) == 0);
                if (!expectedArriving(policy, in).passes() && !bypassedEitherWay(policy, in)) {
                    held.add(in);
                }
            }
            for (PolicyRule lost : rules) {
                List<PolicyRule> rest = new ArrayList<>(rules);
                rest.remove(lost);
                for (TestPacket packet : held) {
                    assertNotEquals(
                            "forward",
                            packet.outcome(rest),
                            () -> "without " + lost.purpose() + " " + words(packet, policy, rest));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Migration.class)
    void espPassesAndTheMemberPortSendsNoClearTextToTheWan(Migration migration) {
        List<PolicyRule> rules = translate(policies.next(MemberAccess.ADMITTED, migration));
        assertEquals("forward", packet(MEMBER, "10.1.0.9", "10.2.0.7", 50).outcome(rules));
        assertEquals("OUTPUT:2", packet(WAN, "10.2.0.7", "10.1.0.9", 50).outcome(rules));
        assertEquals(
                "cleartext_from_member", reason(packet(MEMBER, "10.1.0.9", "10.2.0.7", 17), rules));
        assertEquals("source_guard", reason(packet(LOCAL, "10.2.0.7", "10.2.0.8", 17), rules));
        assertEquals("source_guard", reason(packet(LOCAL, "10.1.0.2", "10.2.0.8", 17), rules));
    }

    @Test
    void aSiteWhoseMemberWasPutOutStaysClosedInEveryState() {
        for (int round = 0; round < 50; round++) {
            SitePolicy policy = policies.next(MemberAccess.EVICTED, Migration.OPEN);
            List<PolicyRule> rules = translate(policy);
            assertTrue(migrating(rules).isEmpty(), () -> RuleTable.of(rules));
            assertEquals("member_evicted", reason(packet(WAN, "10.2.0.7", "10.1.0.9", 50), rules));
        }
    }

    @Test
    void aSiteWithAPassiveMemberSendsNothingPastItAndTakesBoth() {
        int arriving = 0;
        for (int round = 0; round < 50; round++) {
            ObjectNode json = Samples.json();
            ((ObjectNode) json.path("sites").path(0)).put("passive", true);
            SitePolicy policy = policies.next(MemberAccess.ADMITTED, Migration.OPEN, json);
            List<PolicyRule> open = migrating(translate(policy));
            open.forEach(rule -> assertEquals(PolicyRule.CLEAR_ARRIVING, rule.purpose()));
            arriving += open.size();
        }
        assertTrue(arriving >= 50, arriving + " rules for what arrives");
    }

    @Test
    void closedIsExactlyWhatAGroupWithoutMigrationHas() {
        for (int round = 0; round < 100; round++) {
            assertTrue(
                    migrating(translate(policies.next(MemberAccess.ADMITTED, Migration.CLOSED)))
                            .isEmpty());
        }
    }

    @Test
    void turningDiffersFromOpenInWhatLeavesOnly() {
        for (int round = 0; round < 100; round++) {
            List<PolicyRule> rules =
                    translate(policies.next(MemberAccess.ADMITTED, Migration.TURNING));
            migrating(rules)
                    .forEach(rule -> assertEquals(PolicyRule.CLEAR_ARRIVING, rule.purpose()));
        }
    }

    /** What shall become of a packet. */
    private enum Fate {
        BYPASSED,
        MIGRATING,
        ENCRYPTED,
        DROPPED;

        boolean passes() {
            return this == BYPASSED || this == MIGRATING;
        }
    }

    private static Fate expectedLeaving(SitePolicy policy, TestPacket packet) {
        if (policy.site().contains(packet.destination)) {
            return Fate.BYPASSED;
        }
        for (PolicyLine line : policy.lines()) {
            if (matches(line, packet, false)) {
                switch (line.action()) {
                    case BYPASS:
                        return Fate.BYPASSED;
                    case PROTECT:
                        return policy.migration() == Migration.OPEN
                                ? Fate.MIGRATING
                                : Fate.ENCRYPTED;
                    default:
                        return Fate.DROPPED;
                }
            }
        }
        return Fate.DROPPED;
    }

    private static Fate expectedArriving(SitePolicy policy, TestPacket packet) {
        for (PolicyLine line : policy.lines()) {
            boolean forwards = matches(line, packet, false);
            if (line.action() == PolicyLine.Action.BYPASS
                    && (forwards || matches(line, packet, true))) {
                return Fate.BYPASSED;
            }
            if (forwards) {
                return line.action() == PolicyLine.Action.PROTECT
                                && policy.migration() != Migration.CLOSED
                        ? Fate.MIGRATING
                        : Fate.DROPPED;
            }
        }
        return Fate.DROPPED;
    }

    private static void assertDecided(
            Fate expected, SitePolicy policy, TestPacket packet, List<PolicyRule> rules) {
        String outcome = packet.outcome(rules);
        Optional<PolicyRule> by = packet.decide(rules);
        switch (expected) {
            case DROPPED:
                assertEquals("drop", outcome, () -> words(packet, policy, rules));
                break;
            case ENCRYPTED:
                assertEquals("OUTPUT:2", outcome, () -> words(packet, policy, rules));
                break;
            default:
                assertEquals("forward", outcome, () -> words(packet, policy, rules));
                assertEquals(
                        expected == Fate.MIGRATING,
                        migrating(List.of(by.orElseThrow())).size() == 1,
                        () -> "counted apart: " + words(packet, policy, rules));
                break;
        }
    }

    /** Whether the last line of every policy, PROTECT in 10.0.0.0/8, takes what this one names. */
    private static boolean isCoveredAndPasses(PolicyLine line) {
        IpPrefix covered = IpPrefix.valueOf("10.0.0.0/8");
        return line.action() != PolicyLine.Action.DROP
                && covered.contains(IpPrefix.valueOf(line.source()))
                && covered.contains(IpPrefix.valueOf(line.destination()));
    }

    private static boolean bypassedEitherWay(SitePolicy policy, TestPacket packet) {
        return policy.lines().stream()
                .filter(line -> line.action() == PolicyLine.Action.BYPASS)
                .anyMatch(line -> matches(line, packet, false) || matches(line, packet, true));
    }

    private static List<PolicyRule> migrating(List<PolicyRule> rules) {
        return rules.stream()
                .filter(
                        rule ->
                                rule.purpose().equals(PolicyRule.CLEAR_LEAVING)
                                        || rule.purpose().equals(PolicyRule.CLEAR_ARRIVING))
                .collect(Collectors.toList());
    }

    private static String reason(TestPacket packet, List<PolicyRule> rules) {
        return packet.decide(rules).flatMap(PolicyRule::reason).orElseThrow().label();
    }

    private static String words(TestPacket packet, SitePolicy policy, List<PolicyRule> rules) {
        return packet
                + "\n"
                + policy.migration()
                + " "
                + policy.lines()
                + "\n"
                + RuleTable.of(rules);
    }

    private static boolean isIcmpError(TestPacket packet) {
        return packet.protocol == 1 && List.of(3, 11, 12).contains(packet.sourcePort);
    }

    private static boolean matches(PolicyLine line, TestPacket packet, boolean backwards) {
        return IpPrefix.valueOf(line.source())
                        .contains(backwards ? packet.destination : packet.source)
                && IpPrefix.valueOf(line.destination())
                        .contains(backwards ? packet.source : packet.destination)
                && (line.protocol() == 0 || line.protocol() == packet.protocol)
                && isPort(line.sourcePort(), backwards ? packet.destinationPort : packet.sourcePort)
                && isPort(
                        line.destinationPort(),
                        backwards ? packet.sourcePort : packet.destinationPort);
    }

    private static boolean isPort(int wanted, int port) {
        return wanted == 0 || wanted == port;
    }

    private TestPacket leaving(boolean laterFragment) {
        return random(LOCAL, "10.1.0." + (3 + random.nextInt(250)), anyHost(), laterFragment);
    }

    private TestPacket arriving(boolean laterFragment) {
        return random(WAN, anyHost(), "10.1.0.9", laterFragment);
    }

    private String anyHost() {
        return HOSTS[random.nextInt(HOSTS.length)];
    }

    private TestPacket random(long port, String from, String to, boolean laterFragment) {
        return new TestPacket(
                port,
                from,
                to,
                PROTOCOLS[random.nextInt(PROTOCOLS.length)],
                random.nextBoolean() ? 4000 : PORTS[random.nextInt(PORTS.length)],
                random.nextBoolean() ? 4000 : PORTS[random.nextInt(PORTS.length)],
                laterFragment);
    }

    private static TestPacket packet(long port, String from, String to, int protocol) {
        return new TestPacket(port, from, to, protocol, 9, 9, false);
    }

    private static List<PolicyRule> translate(SitePolicy policy) {
        return new OpenFlowPolicyTranslator(SitePolicies.APPLICATION)
                .translate(
                        new DevicePolicy(SitePolicies.SITE1, List.of(policy), Optional.empty()),
                        List.of());
    }
}

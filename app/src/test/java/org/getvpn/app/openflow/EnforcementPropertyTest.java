// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.getvpn.app.config.Samples;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.app.policy.SitePolicy;
import org.getvpn.ks.api.PolicyLine;
import org.junit.jupiter.api.Test;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.core.DefaultApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;

/**
 * Random policies and packets, seeded. The expectation is written down apart from the translator:
 * the first line that matches decides, and no line means drop.
 */
class EnforcementPropertyTest {
    private static final DeviceId SITE1 = DeviceId.deviceId("of:0000000000000001");
    private static final long LOCAL = 1;
    private static final long MEMBER = 2;
    private static final long WAN = 3;
    private static final String[] NETS = {
        "0.0.0.0/0",
        "10.0.0.0/8",
        "10.1.0.0/16",
        "10.1.0.0/24",
        "10.1.0.128/25",
        "10.2.0.0/16",
        "10.2.0.7/32",
        "172.16.0.0/12"
    };
    private static final String[] HOSTS = {
        "10.1.0.9", "10.1.0.200", "10.2.0.7", "10.2.9.9", "172.16.0.1", "192.0.2.1"
    };
    private static final String[] ENDPOINTS = {
        "10.1.0.2", "10.255.0.1", "10.255.0.2", "10.255.0.3", "10.1.0.9", "10.2.0.2", "10.2.0.7"
    };
    private static final int[] PROTOCOLS = {1, 6, 17, 47};
    private static final int[] PORTS = {53, 443};

    private final Random random = new Random(848);

    @Test
    void whatLeavesASiteIsWhatTheFirstMatchingLineSays() {
        for (int round = 0; round < 300; round++) {
            SitePolicy policy = randomPolicy();
            List<PolicyRule> rules = translate(policy);
            for (int i = 0; i < 40; i++) {
                TestPacket packet = packet(LOCAL, "10.1.0." + (3 + random.nextInt(250)), false);
                assertEquals(
                        expected(policy, packet),
                        packet.outcome(rules),
                        () -> packet + "\n" + policy.lines() + "\n" + RuleTable.of(rules));
            }
        }
    }

    @Test
    void laterFragmentsOfProtectedFlowsAreNeverForwardedInClear() {
        for (int round = 0; round < 300; round++) {
            SitePolicy policy = randomPolicy();
            List<PolicyRule> rules = translate(policy);
            for (int i = 0; i < 40; i++) {
                TestPacket packet = packet(LOCAL, "10.1.0.9", true);
                if (!"forward".equals(expected(policy, packet))) {
                    assertNotEquals(
                            "forward",
                            packet.outcome(rules),
                            () -> packet + "\n" + policy.lines() + "\n" + RuleTable.of(rules));
                }
            }
        }
    }

    @Test
    void laterFragmentsOfGdoiPassBetweenMemberAndKeyServerAndNobodyElsesDo() {
        for (int round = 0; round < 100; round++) {
            SitePolicy policy = randomPolicy();
            List<PolicyRule> rules = translate(policy);
            for (int i = 0; i < 60; i++) {
                TestPacket packet = laterFragment(random.nextBoolean() ? MEMBER : WAN);
                boolean permitted =
                        isFragmentOfGdoi(packet)
                                || packet.inPort == MEMBER
                                        && policy.site().contains(packet.destination)
                                || packet.inPort == WAN && bypassedEitherWay(policy, packet);
                String outcome = packet.outcome(rules);
                if (isFragmentOfGdoi(packet)) {
                    assertEquals("forward", outcome, packet::toString);
                }
                if (!permitted) {
                    assertEquals(
                            "drop",
                            outcome,
                            () -> packet + "\n" + policy.lines() + "\n" + RuleTable.of(rules));
                }
            }
        }
    }

    @Test
    void noHostSendsFragmentsToTheKeyServerByThePermissionOfGdoi() {
        for (int round = 0; round < 100; round++) {
            SitePolicy policy = randomPolicy();
            List<PolicyRule> rules = translate(policy);
            for (String from : List.of("10.1.0.2", "10.1.0.9", "10.255.0.1")) {
                TestPacket packet = new TestPacket(LOCAL, from, "10.255.0.1", 17, 0, 0, true);
                if (!policy.site().contains(packet.source) || from.equals("10.1.0.2")) {
                    assertDropped("source_guard", packet, rules);
                } else if (!"forward".equals(expected(policy, packet))) {
                    assertNotEquals("forward", packet.outcome(rules), packet::toString);
                }
            }
        }
    }

    @Test
    void theKeyServersSwitchLetsFragmentsPassBetweenItAndMembersOnly() {
        List<PolicyRule> rules =
                new OpenFlowPolicyTranslator(new DefaultApplicationId(7, "org.getvpn"))
                        .translate(
                                NetworkPolicy.of(Samples.read(Samples.json()))
                                        .device(DeviceId.deviceId("of:00000000000000c1")),
                                List.of(PortNumber.portNumber(1)));
        assertEquals("forward", fragment(1, "10.2.0.2", "10.255.0.1", 17).outcome(rules));
        assertEquals("forward", fragment(4, "10.255.0.2", "10.1.0.2", 17).outcome(rules));
        assertDropped("not_gdoi", fragment(1, "10.2.0.9", "10.255.0.1", 17), rules);
        assertDropped("not_gdoi", fragment(1, "10.2.0.2", "10.255.0.3", 17), rules);
        assertDropped("not_gdoi", fragment(1, "10.2.0.2", "10.255.0.1", 6), rules);
        assertDropped("not_gdoi", fragment(4, "10.255.0.1", "10.1.0.9", 17), rules);
        assertDropped("not_gdoi", fragment(4, "10.255.0.3", "10.1.0.2", 17), rules);
        assertDropped("not_gdoi", fragment(4, "10.255.0.1", "10.1.0.2", 1), rules);
    }

    @Test
    void losingAnyOneRuleNeverLetsOutWhatThePolicyHolds() {
        for (int round = 0; round < 25; round++) {
            SitePolicy policy = randomPolicy();
            List<PolicyRule> rules = translate(policy);
            List<TestPacket> held = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                TestPacket packet = packet(LOCAL, "10.1.0.9", random.nextInt(4) == 0);
                if (!"forward".equals(expected(policy, packet))) {
                    held.add(packet);
                }
            }
            for (PolicyRule lost : rules) {
                List<PolicyRule> rest = new ArrayList<>(rules);
                rest.remove(lost);
                for (TestPacket packet : held) {
                    assertNotEquals(
                            "forward",
                            packet.outcome(rest),
                            () ->
                                    packet
                                            + "\nwithout "
                                            + lost.purpose()
                                            + "\n"
                                            + RuleTable.of(rest));
                }
            }
        }
    }

    @Test
    void protectedClearTextFromTheWanIsDroppedEvenWithoutAnyOneRule() {
        for (int round = 0; round < 25; round++) {
            SitePolicy policy = randomPolicy();
            List<PolicyRule> rules = translate(policy);
            for (int i = 0; i < 40; i++) {
                TestPacket packet = arriving();
                if (bypassedEitherWay(policy, packet) || isErrorOrGdoi(packet)) {
                    continue;
                }
                assertEquals("drop", packet.outcome(rules), packet::toString);
                for (PolicyRule lost : rules) {
                    List<PolicyRule> rest = new ArrayList<>(rules);
                    rest.remove(lost);
                    assertEquals(
                            "drop",
                            packet.outcome(rest),
                            () ->
                                    packet
                                            + " without "
                                            + lost.purpose()
                                            + "\n"
                                            + RuleTable.of(rest));
                }
            }
        }
    }

    @Test
    void fromTheMemberPortOnlyEspAndGdoiLeaveTheSite() {
        List<PolicyRule> rules = translate(randomPolicy());
        assertEquals("forward", member("10.1.0.9", "10.2.0.7", 50, 0, 0).outcome(rules));
        assertEquals("forward", member("10.1.0.2", "10.255.0.1", 17, 848, 848).outcome(rules));
        assertEquals("forward", member("10.2.0.7", "10.1.0.9", 6, 443, 9).outcome(rules));
        assertDropped("cleartext_from_member", member("10.1.0.9", "10.2.0.7", 17, 9, 9), rules);
        assertDropped("cleartext_from_member", member("10.1.0.9", "10.255.0.1", 17, 9, 848), rules);
        assertDropped(
                "cleartext_from_member", member("10.1.0.2", "10.255.0.1", 17, 848, 53), rules);
        assertDropped(
                "cleartext_from_member", member("10.1.0.2", "10.255.0.3", 17, 848, 848), rules);
        assertDropped("cleartext_from_member", member("10.9.0.9", "10.2.0.7", 50, 0, 0), rules);
        assertDropped("esp_to_site", member("10.1.0.9", "10.1.0.10", 50, 0, 0), rules);
    }

    @Test
    void fromTheWanEspAndIcmpErrorsGoToTheMemberOnly() {
        List<PolicyRule> rules = translate(randomPolicy());
        assertEquals("OUTPUT:2", wan("10.2.0.7", "10.1.0.9", 50, 0, 0).outcome(rules));
        assertEquals("OUTPUT:2", wan("172.16.0.1", "10.1.0.9", 1, 3, 0).outcome(rules));
        assertEquals("forward", wan("10.255.0.2", "10.1.0.2", 17, 848, 848).outcome(rules));
        assertEquals("drop", wan("10.255.0.3", "10.1.0.2", 17, 848, 848).outcome(rules));
        assertDropped("unexpected_from_wan", wan("10.2.0.7", "10.2.0.8", 50, 0, 0), rules);
    }

    @Test
    void aForgedSourceIsCountedAsSuch() {
        List<PolicyRule> rules = translate(randomPolicy());
        assertDropped(
                "source_guard",
                new TestPacket(LOCAL, "10.2.0.7", "10.2.0.8", 17, 1, 1, false),
                rules);
        assertDropped(
                "source_guard",
                new TestPacket(LOCAL, "10.1.0.2", "10.255.0.1", 17, 848, 848, false),
                rules);
    }

    private static void assertDropped(String reason, TestPacket packet, List<PolicyRule> rules) {
        PolicyRule rule = packet.decide(rules).orElseThrow();
        assertTrue(rule.reason().isPresent(), packet + ": " + rule.purpose());
        assertEquals(reason, rule.reason().get().label(), packet::toString);
    }

    private static TestPacket member(String from, String to, int protocol, int source, int port) {
        return new TestPacket(MEMBER, from, to, protocol, source, port, false);
    }

    private static TestPacket wan(String from, String to, int protocol, int source, int port) {
        return new TestPacket(WAN, from, to, protocol, source, port, false);
    }

    /** Written without looking at rules: what the operator's lines mean. */
    private static String expected(SitePolicy policy, TestPacket packet) {
        if (policy.site().contains(packet.destination)) {
            return "forward";
        }
        for (PolicyLine line : policy.lines()) {
            if (lineMatches(line, packet, false)) {
                switch (line.action()) {
                    case PROTECT:
                        return "OUTPUT:2";
                    case BYPASS:
                        return "forward";
                    default:
                        return "drop";
                }
            }
        }
        return "drop";
    }

    private static boolean bypassedEitherWay(SitePolicy policy, TestPacket packet) {
        return policy.lines().stream()
                .filter(line -> line.action() == PolicyLine.Action.BYPASS)
                .anyMatch(
                        line ->
                                lineMatches(line, packet, false)
                                        || lineMatches(line, packet, true));
    }

    private static TestPacket fragment(long port, String from, String to, int protocol) {
        return new TestPacket(port, from, to, protocol, 848, 848, true);
    }

    /** Of a datagram of 848, among addresses of which some are those of GDOI. */
    private TestPacket laterFragment(long port) {
        return fragment(
                port,
                ENDPOINTS[random.nextInt(ENDPOINTS.length)],
                ENDPOINTS[random.nextInt(ENDPOINTS.length)],
                random.nextInt(4) > 0 ? 17 : PROTOCOLS[random.nextInt(PROTOCOLS.length)]);
    }

    private static boolean isFragmentOfGdoi(TestPacket packet) {
        IpAddress member = IpAddress.valueOf("10.1.0.2");
        IpAddress here = packet.inPort == MEMBER ? packet.source : packet.destination;
        IpAddress there = packet.inPort == MEMBER ? packet.destination : packet.source;
        return packet.protocol == 17
                && here.equals(member)
                && List.of("10.255.0.1", "10.255.0.2").contains(there.toString());
    }

    private static boolean isErrorOrGdoi(TestPacket packet) {
        return packet.protocol == 1 && List.of(3, 11, 12).contains(packet.sourcePort);
    }

    @Test
    void nothingPassesThePortOfAnEvictedMemberWhateverOtherRuleIsLost() {
        List<PolicyRule> rules = translate(randomPolicy(MemberAccess.EVICTED));
        List<TestPacket> packets =
                List.of(
                        member("10.1.0.9", "10.2.0.7", 50, 0, 0),
                        member("10.1.0.2", "10.255.0.1", 17, 848, 848),
                        member("10.2.0.7", "10.1.0.9", 6, 443, 9),
                        wan("10.2.0.7", "10.1.0.9", 50, 0, 0));
        for (TestPacket packet : packets) {
            assertDropped("member_evicted", packet, rules);
            for (PolicyRule lost : rules) {
                boolean closes =
                        lost.reason().filter(r -> r == DropReason.MEMBER_EVICTED).isPresent();
                List<PolicyRule> rest = new ArrayList<>(rules);
                rest.remove(lost);
                if (!closes) {
                    assertDropped("member_evicted", packet, rest);
                }
            }
        }
    }

    @Test
    void anEvictionAddsGuardsAndTakesNoRuleAway() {
        for (int round = 0; round < 50; round++) {
            SitePolicy admitted = randomPolicy();
            List<PolicyRule> before = translate(admitted);
            List<PolicyRule> after =
                    new ArrayList<>(
                            translate(
                                    new SitePolicy(
                                            admitted.site(),
                                            admitted.lines(),
                                            admitted.keyServers(),
                                            admitted.gdoiPort(),
                                            MemberAccess.EVICTED)));
            after.removeIf(rule -> before.stream().anyMatch(b -> b.rule().exactMatch(rule.rule())));
            // the member port, and ESP from each WAN port to each prefix of the site
            int expected =
                    1 + admitted.site().ports().wan().size() * admitted.site().prefixes().size();
            assertEquals(expected, after.size());
            after.forEach(rule -> assertEquals(Stage.GUARD, rule.stage(), rule.purpose()));
        }
    }

    private static boolean lineMatches(PolicyLine line, TestPacket packet, boolean backwards) {
        return IpPrefix.valueOf(line.source())
                        .contains(backwards ? packet.destination : packet.source)
                && IpPrefix.valueOf(line.destination())
                        .contains(backwards ? packet.source : packet.destination)
                && (line.protocol() == 0 || line.protocol() == packet.protocol)
                && portMatches(
                        line.sourcePort(), backwards ? packet.destinationPort : packet.sourcePort)
                && portMatches(
                        line.destinationPort(),
                        backwards ? packet.sourcePort : packet.destinationPort);
    }

    private static boolean portMatches(int wanted, int port) {
        return wanted == 0 || wanted == port;
    }

    private SitePolicy randomPolicy() {
        return randomPolicy(MemberAccess.ADMITTED);
    }

    private SitePolicy randomPolicy(MemberAccess access) {
        ObjectNode json = Samples.json();
        ((ObjectNode) json.path("sites").path(0)).putArray("localBypass");
        ArrayNode lines = ((ObjectNode) json.path("groups").path(0)).putArray("policy");
        for (int i = random.nextInt(5); i >= 0; i--) {
            addLine(lines, PolicyLine.Action.values()[random.nextInt(3)]);
        }
        lines.addObject()
                .put("action", "PROTECT")
                .put("source", "10.0.0.0/8")
                .put("destination", "10.0.0.0/8");
        NetworkPolicy policy;
        try {
            policy =
                    NetworkPolicy.of(
                            Samples.read(json),
                            access == MemberAccess.EVICTED
                                    ? Map.of("blue", Set.of(IpAddress.valueOf("10.1.0.2")))
                                    : Map.of());
        } catch (AssertionError unreachableLine) {
            return randomPolicy(access); // the reader refuses lines that an earlier one hides
        }
        return policy.sites().get(0);
    }

    private void addLine(ArrayNode lines, PolicyLine.Action action) {
        ObjectNode line =
                lines.addObject()
                        .put("action", action.name())
                        .put("source", NETS[random.nextInt(NETS.length)])
                        .put("destination", NETS[random.nextInt(NETS.length)]);
        if (random.nextBoolean()) {
            int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
            line.put("protocol", protocol);
            if (protocol == 6 || protocol == 17) {
                if (random.nextBoolean()) {
                    line.put("destinationPort", PORTS[random.nextInt(PORTS.length)]);
                }
                if (random.nextInt(4) == 0) {
                    line.put("sourcePort", PORTS[random.nextInt(PORTS.length)]);
                }
            }
        }
    }

    private TestPacket packet(long port, String source, boolean laterFragment) {
        return new TestPacket(
                port,
                source,
                HOSTS[random.nextInt(HOSTS.length)],
                PROTOCOLS[random.nextInt(PROTOCOLS.length)],
                random.nextBoolean() ? 4000 : PORTS[random.nextInt(PORTS.length)],
                random.nextBoolean() ? 4000 : PORTS[random.nextInt(PORTS.length)],
                laterFragment);
    }

    private TestPacket arriving() {
        return new TestPacket(
                WAN,
                HOSTS[random.nextInt(HOSTS.length)],
                "10.1.0.9",
                PROTOCOLS[random.nextInt(PROTOCOLS.length)],
                random.nextBoolean() ? 4000 : PORTS[random.nextInt(PORTS.length)],
                random.nextBoolean() ? 4000 : PORTS[random.nextInt(PORTS.length)],
                random.nextInt(4) == 0);
    }

    private static List<PolicyRule> translate(SitePolicy policy) {
        return new OpenFlowPolicyTranslator(new DefaultApplicationId(7, "org.getvpn"))
                .translate(new DevicePolicy(SITE1, List.of(policy), Optional.empty()), List.of());
    }
}

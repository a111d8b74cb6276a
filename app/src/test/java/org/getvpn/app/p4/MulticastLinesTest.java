// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.app.config.Samples;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.p4.SitePacket.Cover;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.Migration;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.app.policy.SitePolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.onlab.packet.IpAddress;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.instructions.Instructions.OutputInstruction;

/**
 * Lines with multicast destinations at one edge, of either kind: local ports 1 and 5, member port
 * 2, WAN port 3.
 */
class MulticastLinesTest {
    private static final long LOCAL = 1;
    private static final long OTHER_LOCAL = 5;
    private static final long MEMBER = 2;
    private static final long WAN = 3;
    private static final int UDP = 17;
    private static final int ESP = 50;
    private static final String HERE = "10.1.0.9";
    private static final String THERE = "10.2.0.9";
    private static final int SPI = 0xaaaa;

    private final ObjectNode json = Samples.json();
    private final ArrayNode lines = ((ObjectNode) json.path("groups").path(0)).putArray("policy");
    private Migration migration = Migration.CLOSED;
    private Map<String, Set<IpAddress>> evicted = Map.of();

    MulticastLinesTest() {
        ObjectNode site = (ObjectNode) json.path("sites").path(0);
        site.putArray("localBypass");
        site.putArray("localPorts").add(LOCAL).add(OTHER_LOCAL);
    }

    private ObjectNode line(String action, String destination) {
        return lines.addObject()
                .put("action", action)
                .put("source", "10.0.0.0/8")
                .put("destination", destination);
    }

    private SitePolicy policy() {
        return NetworkPolicy.of(Samples.read(json), evicted)
                .at(Map.of("blue", migration))
                .sites()
                .get(0);
    }

    private Optional<PolicyRule> decider(SwitchKind kind, SitePacket packet) {
        return kind.decider(kind.translate(policy()), packet);
    }

    /** Where copies go, or it goes; empty if nowhere, or where the next table says. */
    private Set<Long> ports(SwitchKind kind, SitePacket packet) {
        SitePolicy policy = policy();
        return kind == SwitchKind.P4
                ? new ProgramModel(kind.translate(policy))
                        .outputs(
                                packet.frame(),
                                new P4PolicyTranslator(SitePolicies.APPLICATION)
                                        .groups(
                                                new DevicePolicy(
                                                        SitePolicies.SITE1,
                                                        List.of(policy),
                                                        Optional.empty()),
                                                site -> SiteCopies.none()))
                : decider(kind, packet).map(rule -> outputs(rule, packet.port)).orElse(Set.of());
    }

    private static Set<Long> outputs(PolicyRule rule, long in) {
        return rule.rule().treatment().allInstructions().stream()
                .filter(OutputInstruction.class::isInstance)
                .map(output -> ((OutputInstruction) output).port())
                .map(PortNumber::toLong)
                .filter(port -> port != in)
                .collect(Collectors.toSet());
    }

    private static SitePacket udp(long port, String from, String group, int to) {
        return new SitePacket(port, from, group, UDP, 4000, to, Cover.NONE);
    }

    private void assertDropped(DropReason reason, SwitchKind kind, SitePacket packet) {
        assertEquals(
                Optional.of(reason),
                decider(kind, packet).orElseThrow().reason(),
                () -> kind + " " + packet);
    }

    @ParameterizedTest
    @EnumSource
    void theFirstLineThatMatchesDecides(SwitchKind kind) {
        line("DROP", "239.1.1.0/24");
        line("PROTECT", "239.1.0.0/16");
        assertDropped(DropReason.POLICY_DROP, kind, udp(LOCAL, HERE, "239.1.1.7", 9));
        assertEquals(Set.of(MEMBER, OTHER_LOCAL), ports(kind, udp(LOCAL, HERE, "239.1.2.7", 9)));
        assertEquals(Set.of(MEMBER, LOCAL), ports(kind, udp(OTHER_LOCAL, HERE, "239.1.2.7", 9)));
        assertDropped(DropReason.NO_POLICY, kind, udp(LOCAL, HERE, "239.2.0.7", 9));
        assertDropped(DropReason.SOURCE_GUARD, kind, udp(LOCAL, THERE, "239.1.2.7", 9));
    }

    @ParameterizedTest
    @EnumSource
    void laterFragmentsOfWhatALineProtectsByItsPortGoTheSameWay(SwitchKind kind) {
        line("PROTECT", "239.1.0.0/16").put("protocol", "udp").put("destinationPort", 5000);
        line("BYPASS", "239.1.0.0/16").put("protocol", "udp");
        Set<Long> inside = Set.of(MEMBER, OTHER_LOCAL);
        assertEquals(inside, ports(kind, udp(LOCAL, HERE, "239.1.2.7", 5000)));
        SitePacket fragment =
                new SitePacket(LOCAL, HERE, "239.1.2.7", UDP, 0, 0, Cover.LATER_FRAGMENT);
        assertEquals(inside, ports(kind, fragment));
        SitePacket arriving =
                new SitePacket(WAN, THERE, "239.1.2.7", UDP, 0, 0, Cover.LATER_FRAGMENT);
        assertDropped(DropReason.CLEARTEXT_FROM_WAN, kind, arriving);
    }

    @ParameterizedTest
    @EnumSource
    void clearTextOfAProtectedGroupFromTheWanIsCountedAsSuch(SwitchKind kind) {
        line("PROTECT", "239.1.0.0/16");
        assertDropped(DropReason.CLEARTEXT_FROM_WAN, kind, udp(WAN, THERE, "239.1.2.7", 9));
        assertDropped(DropReason.UNEXPECTED_FROM_WAN, kind, udp(WAN, THERE, "239.2.0.7", 9));
    }

    @ParameterizedTest
    @EnumSource
    void whatALineBypassesArrivesAtEachHost(SwitchKind kind) {
        line("PROTECT", "10.0.0.0/8");
        line("BYPASS", "239.1.0.0/16");
        assertEquals(Set.of(LOCAL, OTHER_LOCAL), ports(kind, udp(WAN, THERE, "239.1.2.7", 9)));
        assertDropped(DropReason.UNEXPECTED_FROM_WAN, kind, udp(WAN, "239.1.2.7", HERE, 9));
    }

    @ParameterizedTest
    @EnumSource
    void whileAGroupMigratesClearTextIsReceivedLongerThanSent(SwitchKind kind) {
        line("PROTECT", "239.1.0.0/16");
        migration = Migration.OPEN;
        assertEquals(
                PolicyRule.CLEAR_LEAVING,
                decider(kind, udp(LOCAL, HERE, "239.1.2.7", 9)).orElseThrow().purpose());
        assertEquals(Set.of(LOCAL, OTHER_LOCAL), ports(kind, udp(WAN, THERE, "239.1.2.7", 9)));
        migration = Migration.TURNING;
        assertEquals(Set.of(MEMBER, OTHER_LOCAL), ports(kind, udp(LOCAL, HERE, "239.1.2.7", 9)));
        assertEquals(Set.of(LOCAL, OTHER_LOCAL), ports(kind, udp(WAN, THERE, "239.1.2.7", 9)));
    }

    @ParameterizedTest
    @EnumSource
    void whatTheMemberDecryptedReachesHostsAndNothingElseOfItLeaves(SwitchKind kind) {
        line("PROTECT", "239.1.0.0/16");
        assertEquals(Set.of(LOCAL, OTHER_LOCAL), ports(kind, udp(MEMBER, THERE, "239.1.2.7", 9)));
        assertEquals(Set.of(LOCAL, OTHER_LOCAL), ports(kind, udp(MEMBER, THERE, "239.1.2.7", 848)));
        assertDropped(DropReason.CLEARTEXT_FROM_MEMBER, kind, udp(MEMBER, THERE, "239.2.0.7", 9));
    }

    @ParameterizedTest
    @EnumSource
    void espToAGroupReachesTheMemberUnlessItWasPutOut(SwitchKind kind) {
        line("PROTECT", "239.1.0.0/16");
        SitePacket esp = new SitePacket(WAN, THERE, "239.1.2.7", ESP, SPI, 0, Cover.NONE);
        assertEquals(Set.of(MEMBER), ports(kind, esp));
        evicted = Map.of("blue", Set.of(IpAddress.valueOf("10.1.0.2")));
        assertEquals(Set.of(), ports(kind, esp));
    }

    @ParameterizedTest
    @EnumSource
    void multicastInAWiderLineGoesToTheMemberAlone(SwitchKind kind) {
        line("PROTECT", "0.0.0.0/0");
        assertEquals(Set.of(MEMBER), ports(kind, udp(LOCAL, HERE, "239.1.2.7", 9)));
        assertDropped(DropReason.UNEXPECTED_FROM_WAN, kind, udp(WAN, THERE, "239.1.2.7", 9));
    }
}

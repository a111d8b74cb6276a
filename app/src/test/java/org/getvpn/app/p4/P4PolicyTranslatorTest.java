// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.app.config.Samples;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.openflow.Stage;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.Migration;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.app.policy.SitePolicy;
import org.junit.jupiter.api.Test;
import org.onosproject.net.DeviceId;
import org.onosproject.net.flow.FlowId;
import org.onosproject.net.flow.criteria.Criterion;
import org.onosproject.net.flow.criteria.PiCriterion;
import org.onosproject.net.pi.model.PiActionModel;
import org.onosproject.net.pi.model.PiMatchFieldId;
import org.onosproject.net.pi.model.PiMatchType;
import org.onosproject.net.pi.model.PiTableModel;
import org.onosproject.net.pi.runtime.PiAction;
import org.onosproject.net.pi.runtime.PiExactFieldMatch;

/** Entries fit the program, and change no more than they have to. */
class P4PolicyTranslatorTest {
    private static final DeviceId SITE2 = DeviceId.deviceId("of:0000000000000002");

    private final SitePolicies policies = new SitePolicies(new Random(6054));
    private final P4InfoModel model = new P4InfoModel(GroupMemberPipeconf.p4info());

    @Test
    void everyEntryFitsItsTableInTheP4Info() {
        for (int round = 0; round < 50; round++) {
            SitePolicies.entries(policies.next(MemberAccess.EVICTED), 0xaaaa).forEach(this::fits);
            SitePolicies.entries(policies.next(MemberAccess.ADMITTED), 0xaaaa).forEach(this::fits);
            SitePolicies.entries(policies.mixed(MemberAccess.EVICTED, Migration.CLOSED), 0xaaaa)
                    .forEach(this::fits);
        }
    }

    @Test
    void guardsDropWithAReasonAndPermitsDoNot() {
        for (PolicyRule entry : SitePolicies.entries(policies.next(MemberAccess.EVICTED), 7)) {
            boolean drops = ProgramModel.action(entry).equals("drop");
            assertEquals(drops, entry.stage() == Stage.GUARD, entry.purpose());
            assertEquals(drops, entry.reason().isPresent(), entry.purpose());
        }
    }

    @Test
    void noTwoEntriesAreTheSame() {
        Set<FlowId> ids = new HashSet<>();
        SitePolicies.entries(policies.next(MemberAccess.EVICTED), 7, 8)
                .forEach(entry -> assertTrue(ids.add(entry.rule().id()), entry.purpose()));
    }

    @Test
    void anSpiMoreIsOneEntryMoreHoweverManyLinesTheGroupHas() {
        ObjectNode json = Samples.json();
        ArrayNode lines = ((ObjectNode) json.path("groups").path(0)).putArray("policy");
        for (int i = 0; i < 100; i++) {
            lines.addObject()
                    .put("action", "PROTECT")
                    .put("source", "10.1.0.0/24")
                    .put("destination", "10." + (100 + i) + ".0.0/16");
        }
        SitePolicy policy = NetworkPolicy.of(Samples.read(json)).sites().get(0);
        List<PolicyRule> before = SitePolicies.entries(policy, 1);
        List<PolicyRule> after = new ArrayList<>(SitePolicies.entries(policy, 1, 2));
        assertTrue(before.size() > 100);
        after.removeIf(entry -> before.stream().anyMatch(b -> b.rule().exactMatch(entry.rule())));
        assertEquals(
                List.of(OptionalInt.of(2)),
                after.stream().map(PolicyRule::spi).collect(Collectors.toList()));
    }

    @Test
    void whatTheProgramCannotDoIsRefusedInWords() {
        NetworkPolicy policy = NetworkPolicy.of(Samples.read(Samples.json()));
        DevicePolicy keyServers = policy.device(DeviceId.deviceId("of:00000000000000c1"));
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new P4PolicyTranslator(SitePolicies.APPLICATION)
                                        .translate(keyServers, List.of(), Map.of()));
        assertTrue(refused.getMessage().contains("keyServer.attachment"), refused.getMessage());
        assertTrue(refused.getMessage().contains("no transit"), refused.getMessage());
        assertEquals(List.of(), P4Limits.problems(policy.device(SITE2)), "IPv6 is no problem");
        assertEquals(List.of(), P4Limits.problems(policy.device(SitePolicies.SITE1)));
    }

    @Test
    void theControllerGetsArpAndDiscoveryAndOfIpv6NoMoreThanItsNeighbours() {
        SitePolicy ipv4 = policies.next(MemberAccess.ADMITTED);
        SitePolicy both = policies.mixed(MemberAccess.ADMITTED, Migration.CLOSED);
        Set<List<Integer>> punted =
                Set.of(List.of(0x0806, 0), List.of(0x88cc, 0), List.of(0x8942, 0));
        assertEquals(punted, punted(ipv4));
        punted = new HashSet<>(punted);
        punted.add(List.of(0x86dd, 1));
        assertEquals(punted, punted(both));
    }

    /** Ether type, and whether it is neighbour discovery. */
    private static Set<List<Integer>> punted(SitePolicy policy) {
        Set<List<Integer>> punted = new HashSet<>();
        for (PolicyRule entry : SitePolicies.entries(policy, 7)) {
            if (entry.rule().table().equals(Table.PUNT.id())) {
                PiCriterion key =
                        (PiCriterion)
                                entry.rule()
                                        .selector()
                                        .getCriterion(Criterion.Type.PROTOCOL_INDEPENDENT);
                punted.add(List.of(exact(key, "ether_type"), exact(key, "nd")));
            }
        }
        return punted;
    }

    private static int exact(PiCriterion key, String field) {
        PiExactFieldMatch match =
                (PiExactFieldMatch) key.fieldMatch(PiMatchFieldId.of(field)).orElseThrow();
        return new BigInteger(1, match.value().asArray()).intValue();
    }

    private void fits(PolicyRule entry) {
        PiTableModel table =
                model.tables().stream()
                        .filter(t -> t.id().toString().equals(entry.rule().table().toString()))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no table " + entry.rule().table()));
        PiCriterion key =
                (PiCriterion)
                        entry.rule().selector().getCriterion(Criterion.Type.PROTOCOL_INDEPENDENT);
        key.fieldMatches()
                .forEach(
                        match ->
                                assertEquals(
                                        Optional.of(match.type()),
                                        table.matchField(match.fieldId()).map(f -> f.matchType()),
                                        () -> table.id() + " " + match));
        table.matchFields().stream()
                .filter(field -> field.matchType() == PiMatchType.EXACT)
                .forEach(
                        field ->
                                assertTrue(
                                        key.fieldMatch(field.id()).isPresent(),
                                        () -> entry.purpose() + " lacks " + field.id()));
        PiAction action = ProgramModel.piAction(entry);
        PiActionModel declared =
                table.action(action.id())
                        .orElseThrow(() -> new AssertionError(table.id() + " " + action));
        assertEquals(declared.params().size(), action.parameters().size(), action::toString);
        action.parameters()
                .forEach(
                        parameter ->
                                assertTrue(
                                        parameter.value().size() * 8
                                                < declared.param(parameter.id())
                                                                .orElseThrow()
                                                                .bitWidth()
                                                        + 8,
                                        action::toString));
    }
}

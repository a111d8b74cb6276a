// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.getvpn.app.config.Samples;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.NetworkPolicy;
import org.junit.jupiter.api.Test;
import org.onlab.packet.IpAddress;
import org.onosproject.core.GroupId;
import org.onosproject.net.flow.instructions.Instructions.OutputInstruction;
import org.onosproject.net.group.GroupDescription;

/** Two sites on one P4 switch, with WAN ports of their own; rekeys go to 239.1.2.3. */
class ReplicasTest {
    private static final int UDP = 17;
    private static final String KEY_SERVER = "10.255.0.1";
    private static final String REKEYS = "239.1.2.3";
    private static final long[] WAN = {11, 21};
    private static final long LOCAL = 12;
    private static final long MEMBER = 13;

    private final ObjectNode json = Samples.twoSitesOnOneSwitch(SitePolicies.SITE1, REKEYS);
    private Map<String, Set<IpAddress>> evicted = Map.of();

    private DevicePolicy policy() {
        DevicePolicy policy =
                NetworkPolicy.of(Samples.read(json), evicted).device(SitePolicies.SITE1);
        return new DevicePolicy(policy.device(), policy.sites(), Optional.empty());
    }

    private static P4PolicyTranslator translator() {
        return new P4PolicyTranslator(SitePolicies.APPLICATION);
    }

    private List<PolicyRule> entries() {
        return translator().translate(policy(), List.of(), Map.of());
    }

    /** Ports of the group of this number; none if there is no such group. */
    private Set<Long> ports(int number) {
        return translator().groups(policy()).stream()
                .filter(group -> group.givenGroupId() == number)
                .flatMap(group -> group.buckets().buckets().stream())
                .map(bucket -> (OutputInstruction) bucket.treatment().allInstructions().get(0))
                .map(output -> output.port().toLong())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private String fate(long port, String source, int sourcePort, int to, boolean laterFragment) {
        TestFrame frame = new TestFrame(port, source, REKEYS, UDP, sourcePort, to, laterFragment);
        return new ProgramModel(entries()).decide(frame).where;
    }

    private Set<Long> copies(long port, int sourcePort, int to, boolean laterFragment) {
        String fate = fate(port, KEY_SERVER, sourcePort, to, laterFragment);
        return fate.startsWith("REPLICATE:")
                ? ports(Integer.parseInt(fate.substring("REPLICATE:".length())))
                : Set.of();
    }

    @Test
    void aRekeyThatComesByTheWanOfEitherSiteReachesEachListeningMemberOnce() {
        for (long port : WAN) {
            assertEquals(Set.of(MEMBER, 23L), copies(port, 848, 848, false));
            assertEquals(Set.of(MEMBER, 23L), copies(port, 0, 0, true), "its later fragments too");
        }
        assertEquals(1, translator().groups(policy()).size());
    }

    @Test
    void nothingElseFindsTheMembers() {
        assertEquals("drop", fate(WAN[0], KEY_SERVER, 53, 848, false), "not from the GDOI port");
        assertEquals("drop", fate(WAN[0], KEY_SERVER, 848, 53, false), "not to the group's port");
        assertEquals("drop", fate(WAN[0], "10.2.0.10", 848, 848, false), "not the key server");
        assertEquals("drop", fate(LOCAL, KEY_SERVER, 848, 848, false));
        assertEquals("drop", fate(LOCAL, "10.1.0.10", 848, 848, false));
        assertEquals("drop", fate(MEMBER, KEY_SERVER, 848, 848, false));
    }

    @Test
    void whoIsPutOutIsCutOffAndTheOthersGoOnHearing() {
        int before = translator().groups(policy()).get(0).givenGroupId();
        evicted =
                Map.of(
                        policy().sites().get(0).site().group(),
                        Set.of(policy().sites().get(0).site().memberAddress()));
        for (long port : WAN) {
            assertEquals(Set.of(23L), copies(port, 848, 848, false));
        }
        assertNotEquals(
                before,
                translator().groups(policy()).get(0).givenGroupId(),
                "other ports, another group: the entries change over at once");
    }

    @Test
    void eachEntryNamesAGroupThatTheSwitchIsToldOf() {
        Set<GroupId> told =
                translator().groups(policy()).stream()
                        .map(GroupDescription::givenGroupId)
                        .map(GroupId::new)
                        .collect(Collectors.toSet());
        Set<GroupId> named =
                entries().stream()
                        .map(entry -> Replicas.namedBy(entry.rule()))
                        .flatMap(Optional::stream)
                        .collect(Collectors.toSet());
        assertEquals(told, named);
        told.forEach(id -> assertTrue(id.id() >= 1 && id.id() <= 0x7fff, id.toString()));
        assertTrue(translator().groups(policy()).get(0).type() == GroupDescription.Type.ALL);
    }

    @Test
    void membersOfTwoGroupsHearTheirOwnRekeysAlone() {
        ArrayNode groups = (ArrayNode) json.get("groups");
        ObjectNode second = groups.get(0).deepCopy();
        second.put("name", "second").put("id", 4321);
        second.putArray("members").add(json.get("sites").get(1).get("memberAddress"));
        ((ObjectNode) second.get("rekey")).put("address", "239.1.2.4");
        ((ObjectNode) groups.get(0))
                .putArray("members")
                .add(json.get("sites").get(0).get("memberAddress"));
        groups.add(second);
        ((ObjectNode) json.get("sites").get(1)).put("group", "second");
        assertEquals(2, translator().groups(policy()).size());
        assertEquals(Set.of(MEMBER), copies(WAN[0], 848, 848, false));
        assertEquals(Set.of(MEMBER), copies(WAN[1], 848, 848, false));
    }

    @Test
    void aGroupThatGoesBackToUnicastLeavesNeitherEntryNorGroup() {
        ((ObjectNode) json.get("groups").get(0)).putObject("rekey").put("transport", "unicast");
        assertEquals(List.of(), translator().groups(policy()));
        assertEquals(Set.of(), copies(WAN[0], 848, 848, false));
        assertTrue(entries().stream().allMatch(e -> Replicas.namedBy(e.rule()).isEmpty()));
    }
}

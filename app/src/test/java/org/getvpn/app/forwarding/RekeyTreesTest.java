// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.app.config.Samples;
import org.getvpn.app.openflow.OpenFlowPolicyTranslator;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.policy.NetworkPolicy;
import org.junit.jupiter.api.Test;
import org.onlab.packet.IpAddress;
import org.onosproject.core.DefaultApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.instructions.Instructions;

/** The key server hangs on c1; sites hang on s1 and s2, which c1 and c2 both connect. */
class RekeyTreesTest {
    private static final DefaultApplicationId APPLICATION =
            new DefaultApplicationId(7, "org.getvpn");
    private static final DeviceId S1 = Cabling.device(0x01);
    private static final DeviceId S2 = Cabling.device(0x02);
    private static final DeviceId C1 = Cabling.device(0xc1);
    private static final DeviceId C2 = Cabling.device(0xc2);

    private final Cabling cabling = new Cabling();
    private Map<String, Set<IpAddress>> evicted = Map.of();
    private String rekey = "{\"transport\":\"multicast\",\"address\":\"239.1.2.3\"}";

    RekeyTreesTest() {
        cabling.cable(S1, 3, C1, 1);
        cabling.cable(S1, 4, C2, 1);
        cabling.cable(S2, 3, C1, 2);
        cabling.cable(S2, 4, C2, 2);
        cabling.cable(C1, 9, C2, 9);
    }

    @Test
    void eachSwitchOnTheTreeSendsTheDatagramOnOnce() throws Exception {
        assertEquals("[1, 2]", ports(C1), "to both edges");
        assertEquals("[]", ports(C2), "a second way would be a second copy");
        assertEquals(memberPort(0), ports(S1));
        assertEquals(memberPort(1), ports(S2));
    }

    @Test
    void aBrokenLinkMovesABranch() throws Exception {
        cabling.links.removeIf(
                link ->
                        link.src().deviceId().equals(C1) && link.dst().deviceId().equals(S2)
                                || link.src().deviceId().equals(S2)
                                        && link.dst().deviceId().equals(C1));
        assertEquals("[1, 9]", ports(C1));
        assertEquals("[2]", ports(C2));
    }

    @Test
    void aGroupOfManyEquallyLongWaysIsStillATree() throws Exception {
        DeviceId below = Cabling.device(0xc3);
        cabling.cable(C1, 20, below, 1);
        cabling.cable(C1, 21, below, 2);
        cabling.cable(C2, 22, below, 3);
        assertEquals("[1, 2]", ports(C1));
        assertEquals("[]", ports(below), "no member hangs there");
    }

    @Test
    void onlyTheKeyServersOwnRekeysFindTheTree() throws Exception {
        List<PolicyRule> rules = trees().of(C1);
        assertMatch(rules.get(0), "UDP_SRC:848", "UDP_DST:848");
        assertMatch(rules.get(1), "UDP_SRC:0", "UDP_DST:0"); // later fragments show no ports
        assertEquals(
                rules.get(0).rule().treatment(),
                rules.get(1).rule().treatment(),
                "fragments go the way of the first");
    }

    private static void assertMatch(PolicyRule rule, String... ports) {
        List<String> parts =
                new ArrayList<>(
                        List.of("IPV4_SRC:10.255.0.1/32", "IPV4_DST:239.1.2.3/32", "IP_PROTO:17"));
        parts.addAll(List.of(ports));
        String match = rule.rule().selector().criteria().toString();
        parts.forEach(part -> assertTrue(match.contains(part), match));
    }

    @Test
    void whoIsPutOutIsCutOff() throws Exception {
        evicted =
                Map.of(
                        policy().sites().get(1).site().group(),
                        Set.of(policy().sites().get(1).site().memberAddress()));
        assertEquals("[1]", ports(C1));
        assertEquals("[]", ports(S2));
        assertTrue(opened(S1) > 0);
        assertEquals(0, opened(S2), "nor does its WAN port take them");
    }

    @Test
    void aGroupThatGoesBackToUnicastLeavesNoRule() throws Exception {
        rekey = "{\"transport\":\"unicast\"}";
        for (DeviceId device : List.of(S1, S2, C1, C2)) {
            assertEquals("[]", ports(device));
            assertEquals(0, opened(device));
        }
    }

    @Test
    void withoutAPlaceOfTheKeyServerThereIsNoTree() throws Exception {
        ObjectNode json = json();
        ((ObjectNode) json.get("keyServer")).remove(List.of("attachment", "gateway", "prefix"));
        NetworkPolicy policy = NetworkPolicy.of(Samples.read(json));
        assertFalse(policy.sites().isEmpty());
        assertEquals(List.of(), trees(policy).of(C1));
    }

    private ObjectNode json() throws Exception {
        ObjectNode json = Samples.json();
        ((ObjectNode) json.get("groups").get(0)).set("rekey", new ObjectMapper().readTree(rekey));
        return json;
    }

    private NetworkPolicy policy() throws Exception {
        return NetworkPolicy.of(Samples.read(json()), evicted);
    }

    private RekeyTrees trees() throws Exception {
        return trees(policy());
    }

    private RekeyTrees trees(NetworkPolicy policy) {
        return new RekeyTrees(APPLICATION, policy, new NextHops(cabling.links, Set.of(S1, S2)));
    }

    private String memberPort(int site) throws Exception {
        return "[" + policy().sites().get(site).site().memberPort() + "]";
    }

    /** Where a switch sends the datagram. */
    private String ports(DeviceId device) throws Exception {
        return trees().of(device).stream()
                .flatMap(rule -> rule.rule().treatment().allInstructions().stream())
                .filter(Instructions.OutputInstruction.class::isInstance)
                .map(one -> ((Instructions.OutputInstruction) one).port())
                .distinct()
                .collect(Collectors.toList())
                .toString();
    }

    /** Rules of table 0 that let the datagram in. */
    private long opened(DeviceId device) throws Exception {
        return new OpenFlowPolicyTranslator(APPLICATION)
                .translate(policy().device(device), List.of(PortNumber.portNumber(1))).stream()
                        .filter(rule -> rule.purpose().equals("rekeys by multicast"))
                        .count();
    }
}

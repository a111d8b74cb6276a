// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.getvpn.app.Golden;
import org.getvpn.app.config.Samples;
import org.getvpn.app.policy.NetworkPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onosproject.core.DefaultApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.FlowId;

class OpenFlowPolicyTranslatorTest {
    private static final DefaultApplicationId APPLICATION =
            new DefaultApplicationId(7, "org.getvpn");
    private final OpenFlowPolicyTranslator translator = new OpenFlowPolicyTranslator(APPLICATION);
    private final NetworkPolicy policy = NetworkPolicy.of(Samples.read(Samples.json()));

    @ParameterizedTest
    @ValueSource(strings = {"of:0000000000000001", "of:0000000000000002", "of:00000000000000c1"})
    void theRulesOfASwitchAreThoseThatWereApproved(String device) throws Exception {
        Golden.assertMatches(
                "switch-" + device.substring(15) + ".txt", RuleTable.of(translate(device)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"of:0000000000000001", "of:0000000000000002", "of:00000000000000c1"})
    void noTwoRulesOfASwitchAreTheSameEntry(String device) {
        Set<FlowId> ids = new HashSet<>();
        translate(device).forEach(r -> assertTrue(ids.add(r.rule().id()), r.purpose()));
    }

    @Test
    void theSamePolicyGivesTheSameRules() {
        assertEquals(
                RuleTable.of(translate("of:0000000000000001")),
                RuleTable.of(translate("of:0000000000000001")));
    }

    @Test
    void everyRuleThatDropsIsAGuardWithAReasonAndNoOtherIs() {
        for (PolicyRule rule : translate("of:0000000000000001")) {
            boolean drops =
                    rule.rule().treatment().allInstructions().toString().equals("[NOACTION]");
            assertEquals(drops, rule.stage() == Stage.GUARD, rule.purpose());
            assertEquals(drops, rule.reason().isPresent(), rule.purpose());
        }
    }

    @Test
    void linesFitBetweenTheirNeighbours() {
        assertTrue(RulePriority.line(0) < RulePriority.INSIDE_SITE.value());
        int last = RulePriority.line(RulePriority.maxLines() - 1);
        assertTrue(last - 1 > RulePriority.NO_POLICY.value());
        assertTrue(RulePriority.maxLines() >= 4000, "as the configuration promises");
    }

    private List<PolicyRule> translate(String device) {
        return translator.translate(
                policy.device(DeviceId.deviceId(device)),
                List.of(PortNumber.portNumber(1), PortNumber.portNumber(3)));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.MemberAuthorisation;
import org.getvpn.ks.api.PolicyLine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Another policy for a group at work: members hear of it by a rollover, and lose nothing. */
class PolicyChangeTest {
    private static final PolicyLine ALL =
            new PolicyLine(PolicyLine.Action.PROTECT, "10.0.0.0/8", "10.0.0.0/8", 0, 0, 0);
    private static final PolicyLine TIME =
            new PolicyLine(PolicyLine.Action.BYPASS, "10.0.0.0/8", "10.0.0.0/8", 17, 0, 123);
    private static final PolicyLine REMOTE_SHELL =
            new PolicyLine(PolicyLine.Action.DROP, "10.0.0.0/8", "10.0.0.0/8", 6, 0, 514);

    private final World world = new World(1, policy(List.of(ALL), 3600));

    @BeforeEach
    void aMember() throws Exception {
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
    }

    private static GroupPolicy policy(List<PolicyLine> lines, long lifetime) {
        return GroupPolicy.builder("blue", "1234", lines)
                .authorisation(new MemberAuthorisation(List.of("10.0.0.0/8"), List.of()))
                .tekLifetime(lifetime)
                .delays(5, 15)
                .build();
    }

    /*
     *  change       t=1          t=6                    t=16
     *  old TEK      SENDABLE     RETIRING               gone
     *  new TEK      RECEIVABLE   SENDABLE, with the new lines
     */
    @Test
    void otherSelectorsAreToldWithAKeyOfTheirOwnAndTheOldKeyRetiresInItsTime() throws Exception {
        String old = world.stages("TEK").keySet().iterator().next();
        world.configure(policy(List.of(TIME, REMOTE_SHELL, ALL), 3600));
        world.pass(Duration.ofSeconds(2));

        GroupDownload told = world.pushes().get(0).download().orElseThrow();
        assertFalse(told.teks().get(0).spi().toString().equals(old));
        assertEquals(
                List.of(
                        TrafficRule.Action.BYPASS,
                        TrafficRule.Action.DROP,
                        TrafficRule.Action.PROTECT),
                told.rules().stream().map(TrafficRule::action).collect(Collectors.toList()));
        assertEquals(15, told.deactivationDelaySeconds());
        assertEquals(KeyStage.SENDABLE, world.stages("TEK").get(old));
        world.pass(Duration.ofSeconds(5));
        assertEquals(KeyStage.RETIRING, world.stages("TEK").get(old));
        world.pass(Duration.ofSeconds(20));
        assertEquals(Set.of(told.teks().get(0).spi().toString()), world.stages("TEK").keySet());
        GroupDownload offer = world.groups().offer(World.BLUE, World.peer("10.2.0.2"));
        assertEquals(told.rules(), offer.rules());
    }

    @Test
    void anotherLifetimeIsThatOfTheKeysThatComeAndAnOperatorsRekeyBringsThemNow() {
        String old = world.stages("TEK").keySet().iterator().next();
        world.configure(policy(List.of(ALL), 600));
        world.pass(Duration.ofSeconds(60));
        assertEquals(List.of(), world.pushes());
        String next = world.rekey().toString();
        world.pass(Duration.ofSeconds(30));
        assertEquals(Set.of(next), world.stages("TEK").keySet());
        assertFalse(next.equals(old));
        assertEquals(600, world.groups().sas("blue").get(0).lifetimeSeconds());
        world.pass(Duration.ofSeconds(600));
        assertFalse(world.stages("TEK").containsKey(next), "it does not outlive what was told");
    }
}

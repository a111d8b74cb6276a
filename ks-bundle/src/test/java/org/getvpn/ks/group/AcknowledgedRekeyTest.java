// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.getvpn.ks.group.AcknowledgementVerdict.REPEATED;
import static org.getvpn.ks.group.AcknowledgementVerdict.TAKEN;
import static org.getvpn.ks.group.AcknowledgementVerdict.UNKNOWN_MEMBER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.RekeyAcknowledged;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.MemberStatus;
import org.getvpn.ks.api.RekeyAcknowledgement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Activation after 6 s in rounds 2 s apart, the old key gone after 20 s. */
class AcknowledgedRekeyTest {
    private static final GroupPolicy ACKNOWLEDGED =
            World.policy(3600, 86400, 6, 20, 24, RekeyAcknowledgement.SHA256);
    private static final String ONE = "10.1.0.2";
    private static final String TWO = "10.2.0.2";

    private final World world = new World(1, ACKNOWLEDGED);

    @BeforeEach
    void twoMembers() throws Exception {
        world.pass(Duration.ofSeconds(1));
        world.register(ONE);
        world.register(TWO);
    }

    @Test
    void whatEverybodyAcknowledgedIsNotSentAgain() {
        rollover();

        assertEquals(List.of(Set.of(ONE, TWO), Set.of(ONE, TWO)), world.recipients());
        assertTrue(world.pushes().get(1).download().isEmpty(), "the second one is the Delete");
        assertEquals(1, status(ONE).rekeysAcknowledged());
        assertEquals(2, status(ONE).rekeysSent());
        assertTrue(world.silent().isEmpty());
    }

    @Test
    void laterRoundsGoToTheMissingOnlyEachWithANumberOfItsOwn() {
        world.deaf(TWO, true);
        world.rekey();
        world.pass(Duration.ofSeconds(2));
        world.deaf(TWO, false);
        world.pass(Duration.ofSeconds(3));

        assertEquals(List.of(Set.of(ONE, TWO), Set.of(TWO)), world.recipients());
        assertEquals(1, world.pushes().get(0).sequence());
        assertEquals(2, world.pushes().get(1).sequence());
        assertEquals(1, status(TWO).rekeysAcknowledged());
    }

    @Test
    void theSilentOneIsNamedBeforeTheOldKeyEndsAndIsToldUntilThen() {
        world.deaf(TWO, true);
        Spi fresh = world.rekey();
        world.pass(Duration.ofSeconds(8));

        assertEquals(KeyStage.SENDABLE, world.stages("TEK").get(fresh.toString()));
        assertTrue(world.stages("TEK").containsValue(KeyStage.RETIRING));
        assertEquals(List.of(TWO), named());
        assertEquals(GroupAction.Verdict.WARNED, world.silent().get(0).verdict());
        assertEquals(fresh.toString(), world.silent().get(0).spi());
        assertEquals(1, status(TWO).rekeysMissed());

        world.deaf(TWO, false);
        world.pass(Duration.ofSeconds(3));
        assertEquals(0, status(TWO).rekeysMissed(), "it heard a late round");
        assertTrue(world.member(TWO).receives(fresh));
        int heard = world.pushes().size();
        world.pass(Duration.ofSeconds(6));
        assertEquals(heard, world.pushes().size(), "nobody is missing");
    }

    @Test
    void threeRolloversMissedInARowEndTheMembershipAndNobodyElses() {
        world.deaf(TWO, true);
        rollover();
        rollover();
        assertEquals(2, status(TWO).rekeysMissed());
        rollover();

        assertEquals(
                List.of(
                        GroupAction.Verdict.WARNED,
                        GroupAction.Verdict.WARNED,
                        GroupAction.Verdict.GIVEN_UP),
                world.silent().stream()
                        .map(GroupAction.Silent::verdict)
                        .collect(Collectors.toList()));
        assertEquals(List.of(ONE), members());
        rollover();
        assertEquals(Set.of(ONE), world.recipients().get(world.recipients().size() - 1));
    }

    @Test
    void howManyMayBeMissedIsThePolicysToSay() {
        world.configure(
                World.policy(3600, 86400, 6, 20, 24, RekeyAcknowledgement.SHA256).toBuilder()
                        .missedRekeys(1)
                        .build());
        world.deaf(TWO, true);
        rollover();

        assertEquals(GroupAction.Verdict.GIVEN_UP, world.silent().get(0).verdict());
        assertEquals(List.of(ONE), members());
    }

    @Test
    void oneAcknowledgementEndsTheRowOfMissedOnes() {
        world.deaf(TWO, true);
        rollover();
        world.rekey();
        world.pass(Duration.ofSeconds(6));
        world.deaf(TWO, false);
        world.pass(Duration.ofSeconds(19));
        assertEquals(0, status(TWO).rekeysMissed());
        world.deaf(TWO, true);
        rollover();

        assertEquals(1, status(TWO).rekeysMissed());
        assertEquals(List.of(ONE, TWO), members());
    }

    @Test
    void whoeverRegistersDuringARolloverHasItsKeys() throws Exception {
        world.deaf(TWO, true);
        world.rekey();
        world.pass(Duration.ofSeconds(1));
        world.register(TWO);
        world.pass(Duration.ofSeconds(20));

        assertTrue(world.silent().isEmpty());
        assertEquals(0, status(TWO).rekeysMissed());
    }

    @Test
    void nobodyAcknowledgesForAnotherNorForAMessageThatWasNotSent() throws Exception {
        world.deaf(TWO, true);
        world.rekey();
        world.pass(Duration.ofSeconds(1));
        byte[] kek = world.kekSpi();
        Endpoint one = new Endpoint(InetAddress.getByName(ONE), 848);
        Endpoint two = new Endpoint(InetAddress.getByName(TWO), 848);

        assertEquals(UNKNOWN_MEMBER, says(kek, 1, TWO, one), "from another address");
        assertEquals(REPEATED, says(kek, 9, TWO, two), "a number that nothing has");
        assertEquals(REPEATED, says(new byte[16], 1, TWO, two), "under another KEK");
        Endpoint stranger = new Endpoint(InetAddress.getByName("10.9.0.2"), 848);
        assertEquals(UNKNOWN_MEMBER, says(kek, 1, "10.9.0.2", stranger));
        assertEquals(TAKEN, says(kek, 1, TWO, two));
        assertEquals(REPEATED, says(kek, 1, TWO, two), "a copy is no news");
    }

    @Test
    void aMemberThatMissesANewKekIsNamedToo() {
        world.deaf(TWO, true);
        world.pass(Duration.ofSeconds(86_400 - 1_000));

        assertTrue(named().contains(TWO));
    }

    @Test
    void withoutAcknowledgementsEverybodyGetsEveryRoundAndNobodyIsNamed() throws Exception {
        World plain = new World(1, World.policy(3600, 86400, 6, 20, 24));
        plain.pass(Duration.ofSeconds(1));
        plain.register(ONE);
        plain.deaf(ONE, true);
        plain.rekey();
        plain.pass(Duration.ofSeconds(18));

        assertEquals(3, plain.pushes().size());
        assertTrue(plain.silent().isEmpty());
    }

    private AcknowledgementVerdict says(byte[] kek, long sequence, String member, Endpoint from) {
        return world.groups()
                .acknowledged(new RekeyAcknowledged(World.BLUE, kek, sequence, member, from));
    }

    private void rollover() {
        world.rekey();
        world.pass(Duration.ofSeconds(25));
    }

    private List<String> named() {
        return world.silent().stream()
                .map(one -> one.member().address().getHostAddress())
                .distinct()
                .collect(Collectors.toList());
    }

    private MemberStatus status(String address) {
        return world.groups().members("blue").stream()
                .filter(member -> member.address().equals(address))
                .findFirst()
                .orElseThrow();
    }

    private List<String> members() {
        return world.groups().members("blue").stream()
                .map(MemberStatus::address)
                .collect(Collectors.toList());
    }
}

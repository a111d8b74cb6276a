// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyAddress;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.MemberStatus;
import org.getvpn.ks.api.RekeyAcknowledgement;
import org.getvpn.ks.api.RekeyTransport;
import org.junit.jupiter.api.Test;

/**
 * One datagram for all: activation after 6 s, told three times 2 s apart, the old key gone after 20
 * s.
 */
class MulticastRekeyTest {
    private static final String ONE = "10.1.0.2";
    private static final String TWO = "10.2.0.2";
    private static final String ALONE = "10.3.0.2";

    private static GroupPolicy multicast(RekeyAcknowledgement acknowledgement) {
        return World.policy(3600, 86400, 6, 20, 24, acknowledgement).toBuilder()
                .rekeyTransport(RekeyTransport.multicast("239.1.2.3", 848, 3, List.of(ALONE)))
                .build();
    }

    private static World world(GroupPolicy policy) throws Exception {
        World world = new World(1, policy);
        world.pass(Duration.ofSeconds(1));
        world.register(ONE);
        world.register(TWO);
        return world;
    }

    private static RekeyAddress here() throws Exception {
        return new RekeyAddress(InetAddress.getByName("239.1.2.3"), 848);
    }

    @Test
    void withoutAcknowledgementsOneDatagramPerRepeatLeavesWhateverTheNumberOfMembers()
            throws Exception {
        World world = world(multicast(RekeyAcknowledgement.NONE));
        world.deaf(TWO, true);
        world.rekey();
        world.pass(Duration.ofSeconds(30));

        // three times the TEK, once the Delete of the old one
        assertEquals(List.of(0, 0, 0, 0), copies(world));
        assertEquals(
                Set.of(Optional.of(here())),
                world.deliveries().stream().map(RekeyDelivery::group).collect(Collectors.toSet()));
        assertTrue(world.silent().isEmpty(), "nobody was asked to answer");
        assertEquals(0, status(world, TWO).rekeysMissed());
    }

    @Test
    void aMemberIsCountedWhatWasSentSinceItJoined() throws Exception {
        World world = world(multicast(RekeyAcknowledgement.NONE));
        world.rekey();
        world.pass(Duration.ofSeconds(30));
        world.register(ALONE);
        world.register(TWO); // once more
        world.rekey();
        world.pass(Duration.ofSeconds(30));

        assertEquals(8, status(world, ONE).rekeysSent());
        assertEquals(8, status(world, TWO).rekeysSent());
        assertEquals(4, status(world, ALONE).rekeysSent());
    }

    @Test
    void eachRepeatIsAMessageWithANumberOfItsOwn() throws Exception {
        World world = world(multicast(RekeyAcknowledgement.NONE));
        world.rekey();
        world.pass(Duration.ofSeconds(6));

        assertEquals(
                List.of(1L, 2L, 3L),
                world.pushes().stream().map(m -> m.sequence()).collect(Collectors.toList()));
    }

    @Test
    void whatEverybodyAcknowledgedIsNotRepeated() throws Exception {
        World world = world(multicast(RekeyAcknowledgement.SHA256));
        world.rekey();
        world.pass(Duration.ofSeconds(18));

        assertEquals(List.of(0), copies(world));
        assertEquals(1, status(world, ONE).rekeysAcknowledged());
        assertEquals(1, status(world, TWO).rekeysSent());
    }

    @Test
    void afterTheRepeatsTheMissingGetCopiesAndAreNamed() throws Exception {
        World world = world(multicast(RekeyAcknowledgement.SHA256));
        world.deaf(TWO, true);
        world.rekey();
        world.pass(Duration.ofSeconds(8));

        assertEquals(List.of(0, 0, 0, 1), copies(world).subList(0, 4));
        assertEquals(Optional.empty(), last(world).group());
        assertEquals(TWO, last(world).copies().get(0).address().getHostAddress());
        assertEquals(1, world.silent().size());

        world.deaf(TWO, false);
        world.pass(Duration.ofSeconds(3));
        assertEquals(0, status(world, TWO).rekeysMissed(), "it heard a copy");
    }

    @Test
    void whoMissedARolloverGetsCopiesFromTheBeginningOfTheNext() throws Exception {
        World world = world(multicast(RekeyAcknowledgement.SHA256));
        world.deaf(TWO, true);
        world.rekey();
        world.pass(Duration.ofSeconds(25));
        int before = world.deliveries().size();
        world.rekey();
        world.pass(Duration.ofSeconds(1));

        RekeyDelivery first = world.deliveries().get(before);
        assertEquals(Optional.of(here()), first.group());
        assertEquals(
                List.of(TWO),
                first.copies().stream()
                        .map(one -> one.address().getHostAddress())
                        .collect(Collectors.toList()));
    }

    @Test
    void aMemberThatOnlyDoesUnicastIsServedBothWays() throws Exception {
        World world = world(multicast(RekeyAcknowledgement.SHA256));
        GroupDownload told = world.register(ALONE);
        assertEquals(Optional.empty(), told.kek().flatMap(Kek::rekeyAddress));
        assertEquals(Optional.of(here()), world.register(ONE).kek().flatMap(Kek::rekeyAddress));
        world.rekey();
        world.pass(Duration.ofSeconds(1));

        assertEquals(Optional.of(here()), last(world).group());
        assertEquals(ALONE, last(world).copies().get(0).address().getHostAddress());
        assertEquals(1, status(world, ALONE).rekeysAcknowledged());
    }

    @Test
    void aKekKeepsItsWayForLifeAndOverARestart() throws Exception {
        GroupPolicy unicast = World.policy(3600, 86400, 6, 20, 24, RekeyAcknowledgement.SHA256);
        World world = world(unicast);
        world.configure(multicast(RekeyAcknowledgement.SHA256));
        world.rekey();
        world.pass(Duration.ofSeconds(25));
        assertEquals(Optional.empty(), last(world).group(), "members never heard of a group");

        world.rekeyKek();
        world.pass(Duration.ofSeconds(8));
        world.restart(Duration.ofSeconds(1), Duration.ZERO);
        world.rekey();
        world.pass(Duration.ofSeconds(1));
        assertEquals(Optional.of(here()), last(world).group());
    }

    @Test
    void whereThePolicyNoLongerNamesTheGroupEverybodyGetsACopyAsWell() throws Exception {
        World world = world(multicast(RekeyAcknowledgement.NONE));
        world.configure(World.policy(3600, 86400, 6, 20, 24, RekeyAcknowledgement.NONE));
        int before = world.deliveries().size();
        world.rekeyKek();
        world.pass(Duration.ofSeconds(1));

        RekeyDelivery first = world.deliveries().get(before);
        assertEquals(Optional.of(here()), first.group(), "the KEK keeps its way");
        assertEquals(2, first.copies().size(), "but who knows whether anybody hears it");
        world.pass(Duration.ofSeconds(20));
        world.rekey();
        world.pass(Duration.ofSeconds(1));
        assertEquals(Optional.empty(), last(world).group(), "the next one has none");
    }

    @Test
    void nobodyIsNamedSilentUnderAKekThatAsksForNoAnswer() throws Exception {
        World world = world(multicast(RekeyAcknowledgement.SHA256));
        world.configure(multicast(RekeyAcknowledgement.NONE));
        world.rekeyKek();
        world.pass(Duration.ofSeconds(8));
        for (int i = 0; i < 3; i++) { // while the old KEK still is known
            world.rekey();
            world.pass(Duration.ofSeconds(25));
        }

        assertTrue(world.silent().isEmpty());
        assertEquals(0, status(world, TWO).rekeysMissed(), "it stays a member");
    }

    @Test
    void anEvictedMemberGetsNoKeyByMulticast() throws Exception {
        World world =
                world(multicast(RekeyAcknowledgement.SHA256).toBuilder().keyTree(true).build());
        SimulatedMember former = world.member(TWO);
        world.evict(TWO);
        world.leave(TWO);
        world.eavesdrop(former);
        world.pass(Duration.ofSeconds(120));

        assertFalse(former.holds(world.kekSpi()));
        assertFalse(former.receives(world.member(ONE).sending().orElseThrow()));
    }

    private static RekeyDelivery last(World world) {
        return world.deliveries().get(world.deliveries().size() - 1);
    }

    private static List<Integer> copies(World world) {
        return world.deliveries().stream()
                .map(delivery -> delivery.copies().size())
                .collect(Collectors.toList());
    }

    private static MemberStatus status(World world, String address) {
        return world.groups().members("blue").stream()
                .filter(member -> member.address().equals(address))
                .findFirst()
                .orElseThrow();
    }
}

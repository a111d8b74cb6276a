// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.PeerCapability;
import org.getvpn.gdoi.exchange.PeerIdentity;
import org.getvpn.gdoi.exchange.RegistrationRefused;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.ReplayPolicy;
import org.getvpn.ks.api.ReplayPolicy.Clock;
import org.junit.jupiter.api.Test;

/** What members are told of time, and that no key ever knows two times. */
class TimeBasedReplayTest {
    private static final String MEMBER = "10.1.0.2";
    private static final long SECOND = 1_000_000;
    private static final GroupPolicy HOURLY = World.policy(3600, 86400, 5, 15, 24);
    private static final GroupPolicy TIMED = with(HOURLY, Clock.PSEUDOTIME, 5);

    private static GroupPolicy with(GroupPolicy policy, Clock clock, int window) {
        return policy.toBuilder().replay(ReplayPolicy.byTime(clock, window)).build();
    }

    private static World world(GroupPolicy policy) throws RegistrationRefused {
        World world = new World(1, policy);
        world.pass(Duration.ofSeconds(1));
        world.register(MEMBER);
        return world;
    }

    private static GroupDownload offer(World world) throws RegistrationRefused {
        return world.groups().offer(World.BLUE, World.peer(MEMBER));
    }

    private static TimeBasedReplay told(World world) throws RegistrationRefused {
        return offer(world).timeBasedReplay().orElseThrow();
    }

    private static List<Spi> spis(GroupDownload download) {
        return download.teks().stream().map(tek -> tek.spi()).collect(Collectors.toList());
    }

    @Test
    void aRegistrationTellsTheTimeOfItsInstantAndTheWholeWidthOfTheWindow() throws Exception {
        World world = world(TIMED);
        TimeBasedReplay first = told(world);
        assertEquals(10_000, first.windowMilliseconds());
        world.pass(Duration.ofSeconds(100));
        TimeBasedReplay later = told(world);
        assertArrayEquals(first.epoch(), later.epoch());
        assertEquals(100 * SECOND, later.pseudotimeMicroseconds() - first.pseudotimeMicroseconds());
        assertEquals(
                later.pseudotimeMicroseconds() / 1000,
                world.groups().statuses().get(0).pseudotimeMillis());
    }

    @Test
    void eachRoundOfARekeyTellsTheTimeAnew() throws Exception {
        World world = world(TIMED);
        world.rekey();
        world.pass(Duration.ofSeconds(10));
        List<Long> times =
                world.pushes().stream()
                        .flatMap(push -> push.download().stream())
                        .map(told -> told.timeBasedReplay().orElseThrow())
                        .map(TimeBasedReplay::pseudotimeMicroseconds)
                        .collect(Collectors.toList());
        assertEquals(3, times.size());
        assertTrue(times.get(0) + SECOND <= times.get(1) && times.get(1) + SECOND <= times.get(2));
    }

    @Test
    void aKeyServerThatStartsAgainGoesOnWithTheSameLine() throws Exception {
        World world = world(TIMED);
        TimeBasedReplay before = told(world);
        List<Spi> keys = spis(offer(world));
        world.restart(Duration.ofSeconds(20), Duration.ofDays(-3));
        TimeBasedReplay after = told(world);
        assertArrayEquals(before.epoch(), after.epoch());
        assertEquals(20 * SECOND, after.pseudotimeMicroseconds() - before.pseudotimeMicroseconds());
        assertEquals(keys, spis(offer(world)));
    }

    @Test
    void afterABootNobodyIsToldATimeBeforeThereIsAnotherKey() throws Exception {
        World world = world(TIMED);
        TimeBasedReplay before = told(world);
        List<Spi> keys = spis(offer(world));
        world.reboot(Duration.ofSeconds(60));
        assertThrows(RegistrationRefused.class, () -> offer(world));
        int pushes = world.pushes().size();
        world.pass(Duration.ofSeconds(1));
        assertFalse(java.util.Arrays.equals(before.epoch(), told(world).epoch()));
        assertTrue(told(world).pseudotimeMicroseconds() <= 2 * SECOND, "begins anew");
        assertEquals(1, offer(world).teks().size());
        assertNotEquals(keys, spis(offer(world)));
        world.pushes()
                .subList(pushes, world.pushes().size())
                .forEach(
                        push ->
                                assertArrayEquals(
                                        toldEpoch(world),
                                        push.download().get().timeBasedReplay().get().epoch()));
        assertEquals(KeyStage.SENDABLE, world.stages("TEK").get(keys.get(0).toString()));
        world.pass(Duration.ofSeconds(6));
        assertEquals(KeyStage.RETIRING, world.stages("TEK").get(keys.get(0).toString()));
        world.pass(Duration.ofSeconds(12));
        assertEquals(Set.of(spis(offer(world)).get(0).toString()), world.stages("TEK").keySet());
    }

    private static byte[] toldEpoch(World world) {
        try {
            return told(world).epoch();
        } catch (RegistrationRefused e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theLineThatABootBeganOutlivesARestart() throws Exception {
        World world = world(TIMED);
        world.reboot(Duration.ofSeconds(60));
        world.pass(Duration.ofSeconds(30));
        byte[] epoch = told(world).epoch();
        world.restart(Duration.ofSeconds(1), Duration.ZERO);
        assertArrayEquals(epoch, told(world).epoch());
    }

    @Test
    void anotherWindowNeedsAnotherKeyAndTheOldOneKeepsItsOwn() throws Exception {
        World world = world(TIMED);
        List<Spi> keys = spis(offer(world));
        world.configure(with(HOURLY, Clock.PSEUDOTIME, 20));
        assertEquals(10_000, told(world).windowMilliseconds());
        assertEquals(keys, spis(offer(world)));
        world.pass(Duration.ofSeconds(1));
        assertEquals(40_000, told(world).windowMilliseconds());
        assertEquals(1, offer(world).teks().size());
        assertNotEquals(keys, spis(offer(world)));
        world.pass(Duration.ofSeconds(20));
        assertFalse(world.stages("TEK").containsKey(keys.get(0).toString()));
    }

    @Test
    void turningItOffNeedsAnotherKeyToo() throws Exception {
        World world = world(TIMED);
        List<Spi> keys = spis(offer(world));
        world.configure(HOURLY);
        world.pass(Duration.ofSeconds(1));
        assertTrue(offer(world).timeBasedReplay().isEmpty());
        assertNotEquals(keys, spis(offer(world)));
    }

    @Test
    void withoutARekeyMembersAreToldTheTimeEveryTwoHours() throws Exception {
        World world = world(with(World.policy(200_000, 400_000, 5, 15, 24), Clock.PSEUDOTIME, 5));
        List<Spi> keys = spis(offer(world));
        world.pass(Duration.ofSeconds(7190));
        assertEquals(0, world.pushes().size());
        world.pass(Duration.ofSeconds(20));
        assertEquals(1, world.pushes().size());
        GroupDownload sync = world.pushes().get(0).download().orElseThrow();
        assertEquals(keys, spis(sync));
        assertTrue(sync.timeBasedReplay().get().pseudotimeMicroseconds() > 7190 * SECOND);
        world.pass(Duration.ofSeconds(7200));
        assertEquals(2, world.pushes().size());
        assertEquals(Set.of(keys.get(0).toString()), world.stages("TEK").keySet());
    }

    @Test
    void whileTheKekChangesTheTimeWaitsItsTurnAndTheEngineSleeps() throws Exception {
        World world = world(with(World.policy(200_000, 400_000, 5, 15, 24), Clock.PSEUDOTIME, 5));
        world.pass(Duration.ofSeconds(7190));
        world.rekeyKek();
        world.pass(Duration.ofSeconds(30));
        assertTrue(world.pushes().stream().noneMatch(TimeBasedReplayTest::tellsTheTime));
        assertTrue(world.now().isBefore(world.groups().deadline()));
        world.pass(Duration.ofSeconds(300));
        assertTrue(world.pushes().stream().anyMatch(TimeBasedReplayTest::tellsTheTime));
    }

    private static boolean tellsTheTime(RekeyMessage message) {
        return message.download().flatMap(GroupDownload::timeBasedReplay).isPresent();
    }

    @Test
    void aNarrowWindowIsKeptByMoreFrequentMessages() {
        assertEquals(5_000_000, PseudotimeSync.interval(ReplayPolicy.byTime(Clock.PSEUDOTIME, 2)));
        assertEquals(7_200_000, PseudotimeSync.interval(ReplayPolicy.byTime(Clock.PSEUDOTIME, 3)));
    }

    @Test
    void withPosixTimeTheKeyServerTellsNoTime() throws Exception {
        World world = world(with(HOURLY, Clock.POSIX, 100));
        TimeBasedReplay told = told(world);
        assertEquals(TimeBasedReplay.Clock.POSIX_TIME, told.clock());
        assertEquals(200_000, told.windowMilliseconds());
        List<Spi> keys = spis(offer(world));
        world.reboot(Duration.ofSeconds(60));
        assertEquals(keys, spis(offer(world)), "a boot is no matter");
    }

    @Test
    void aMemberThatDidNotAnnounceItIsOutWhenItsGroupBeginsToAskForIt() throws Exception {
        World world = world(HOURLY);
        PeerIdentity foreign =
                new PeerIdentity(
                        1,
                        "10.1.0.9",
                        new Endpoint(InetAddress.getByName("10.1.0.9"), 848),
                        Set.of(PeerCapability.DELAY_DETECTION));
        world.groups().admit(world.groups().offer(World.BLUE, foreign), foreign, 1);
        assertEquals(2, world.groups().members("blue").size());
        world.configure(with(HOURLY, Clock.POSIX, 5));
        world.pass(Duration.ofSeconds(1));
        assertEquals(2, world.groups().members("blue").size(), "it announced IP-D3P");
        world.restart(Duration.ofSeconds(1), Duration.ZERO);
        world.configure(TIMED);
        world.pass(Duration.ofSeconds(1));
        assertEquals(
                List.of(MEMBER),
                world.groups().members("blue").stream()
                        .map(member -> member.address())
                        .collect(Collectors.toList()));
    }
}

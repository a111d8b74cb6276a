// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.KeyTreeNode;
import org.getvpn.gdoi.policy.KeyTreeUpdate;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.Spi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A logical key hierarchy of four members (RFC 6407, section 7.4):
 *
 * <pre>
 *              1  root: the KEK
 *          2       3
 *        4   5   6   7
 *        a   b   c   d
 * </pre>
 */
class KeyTreeTest {
    private static final Ticks NOW = Ticks.ofNanos(0);
    private static final Kek OLD = lkh(BlueGroup.kek(1));
    private static final Kek NEW = lkh(BlueGroup.kek(2));

    private static final KeyTreeNode ROOT = new KeyTreeNode(1, 1, OLD.ivAndKey());
    private static final KeyTreeNode NEW_ROOT = new KeyTreeNode(1, 2, NEW.ivAndKey());
    private static final KeyTreeNode NEW_THREE = node(3, 2);

    private final RekeyReceiver a = member(node(4, 1), node(2, 1));
    private final RekeyReceiver b = member(node(5, 1), node(2, 1));
    private final RekeyReceiver c = member(node(6, 1), node(3, 1));
    private final RekeyReceiver d = member(node(7, 1), node(3, 1));

    private static Kek lkh(Kek kek) {
        return new Kek(
                kek.spi(),
                kek.algorithm(),
                kek.ivAndKey(),
                kek.remainingSeconds(),
                kek.signatureHash(),
                kek.signatureAlgorithm(),
                kek.signatureKey(),
                GroupKeyPushAck.LKH_SHA256);
    }

    private static KeyTreeNode node(int id, int handle) {
        byte[] ivAndKey = new byte[32];
        new SeededRandom(1000 * handle + id).nextBytes(ivAndKey);
        return new KeyTreeNode(id, handle, SecretBytes.wrap(ivAndKey));
    }

    private static RekeyReceiver member(KeyTreeNode leaf, KeyTreeNode inner) {
        RekeyReceiver member = new RekeyReceiver(BlueGroup.ID);
        member.install(OLD, 0, List.of(leaf, inner, ROOT));
        return member;
    }

    private static Datagram push(Kek under, long sequence, GroupDownload download) {
        return new Datagram(
                Lab.MEMBER,
                Lab.KEY_SERVER,
                GroupKeyPush.seal(
                        under,
                        new RekeyMessage(sequence, List.of(), false, false, download),
                        BlueGroup.SIGNING.getPrivate(),
                        Lab.KEY_SERVER));
    }

    private static GroupDownload newKek(KeyTreeUpdate... updates) {
        return new GroupDownload(BlueGroup.ID, NEW, List.of(), 0, 0, List.of(), List.of(), 0)
                .withKeyTreeUpdates(List.of(updates));
    }

    /** Evicts d: a and b learn the root under node 2, c learns nodes 3 and 1 under its leaf. */
    private static Datagram eviction() {
        return push(
                OLD,
                1,
                newKek(
                        new KeyTreeUpdate(node(2, 1), List.of(NEW_ROOT)),
                        new KeyTreeUpdate(node(6, 1), List.of(NEW_THREE, NEW_ROOT))));
    }

    private static GroupDownload received(Outcome outcome) {
        assertEquals(Outcome.Verdict.ADVANCED, outcome.verdict(), outcome.reason());
        return ((RekeyReceived) outcome.facts().get(0)).message().download().get();
    }

    @BeforeEach
    void everybodyHoldsThePresentKek() {
        for (RekeyReceiver member : List.of(a, b, c, d)) {
            assertTrue(member.recognises(eviction()));
        }
    }

    @Test
    void allButTheEvictedMemberReadTheNewKek() {
        /* HDR*, SEQ, SA(SAK: LKH), KD(LKH updates), SIG --> */
        for (RekeyReceiver member : List.of(a, b, c)) {
            assertEquals(
                    NEW.ivAndKey(),
                    received(member.receive(eviction(), NOW)).kek().get().ivAndKey());
        }
        Outcome evicted = d.receive(eviction(), NOW);
        RekeyMissed missed = (RekeyMissed) evicted.facts().get(0);
        assertTrue(missed.reason().contains("register again"), missed.reason());
        assertEquals(1, evicted.facts().size());

        GroupDownload tek = BlueGroup.download(null, 5000, List.of());
        for (RekeyReceiver member : List.of(a, b, c)) {
            assertEquals(
                    Spi.of(5000),
                    received(member.receive(push(NEW, 1, tek), NOW)).teks().get(0).spi());
        }
        assertFalse(d.recognises(push(NEW, 1, tek)), "the evicted member has no such KEK");
        assertEquals(List.of(), d.receive(eviction(), NOW).facts(), "a replay says nothing again");
    }

    @Test
    void aMemberGoesOnWithTheKeysThatAnUpdateBrought() {
        assertEquals(
                List.of(node(6, 1), NEW_THREE, NEW_ROOT),
                received(c.receive(eviction(), NOW)).keyPath());
        Kek third = lkh(BlueGroup.kek(3));
        KeyTreeNode thirdRoot = new KeyTreeNode(1, 3, third.ivAndKey());
        GroupDownload next =
                new GroupDownload(BlueGroup.ID, third, List.of(), 0, 0, List.of(), List.of(), 0)
                        .withKeyTreeUpdates(
                                List.of(new KeyTreeUpdate(NEW_THREE, List.of(thirdRoot))));
        assertEquals(
                third.ivAndKey(),
                received(c.receive(push(NEW, 1, next), NOW)).kek().get().ivAndKey());
    }

    @Test
    void theAcknowledgementIsMadeWithTheLeafsKey() throws Exception {
        Lab lab = new Lab("aes256-sha256-ecp256");
        lab.keyServer
                .acknowledgements()
                .expect(BlueGroup.ID, OLD, name -> Optional.of(node(6, 1).ivAndKey()));
        Datagram ack = c.receive(eviction(), NOW).send().get(0);
        RekeyAcknowledged fact =
                (RekeyAcknowledged)
                        lab.keyServer
                                .receive(
                                        new Datagram(Lab.KEY_SERVER, Lab.MEMBER, ack.octets()), NOW)
                                .facts()
                                .get(0);
        assertEquals(1, fact.sequence());

        Datagram another = a.receive(eviction(), NOW).send().get(0);
        assertEquals(
                List.of(),
                lab.keyServer
                        .receive(new Datagram(Lab.KEY_SERVER, Lab.MEMBER, another.octets()), NOW)
                        .facts(),
                "node 4 is another member's leaf");
    }

    @Test
    void aRegistrationBringsTheKeysFromLeafToRoot() {
        Lab lab = new Lab("aes256-sha256-ecp256");
        List<KeyTreeNode> path =
                List.of(node(4, 1), node(2, 1), new KeyTreeNode(1, 1, BlueGroup.kek(1).ivAndKey()));
        lab.group.keyPath = path;
        /*                      <--  HDR*, HASH(4), SEQ, KD(TEK, LKH, SID) */
        GroupDownload got =
                lab.join(Lab.settings("aes256-sha256-ecp256"))
                        .settle()
                        .factsOfMember(Registered.class)
                        .get(0)
                        .download();
        assertEquals(path, got.keyPath());
        assertEquals(BlueGroup.kek(1).ivAndKey(), got.kek().get().ivAndKey());
    }

    @Test
    void anUpdateThatDoesNotLeadToTheRootIsRefused() {
        Kek kek = NEW;
        KeyTreeNode sideways = new KeyTreeNode(9, 1, kek.ivAndKey());
        GroupDownload beside = newKek(new KeyTreeUpdate(node(6, 1), List.of(sideways)));
        assertTrue(reason(c, beside).contains("does not lead from node 6 up"));

        KeyTreeNode halfWay = new KeyTreeNode(3, 2, kek.ivAndKey());
        GroupDownload below =
                newKek(
                        new KeyTreeUpdate(node(6, 1), List.of(halfWay)),
                        new KeyTreeUpdate(node(2, 1), List.of(NEW_ROOT)));
        RekeyMissed missed =
                (RekeyMissed)
                        member(node(6, 1), node(3, 1))
                                .receive(push(OLD, 1, below), NOW)
                                .facts()
                                .get(0);
        assertTrue(missed.reason().contains("register again"), missed.reason());

        GroupDownload back = newKek(new KeyTreeUpdate(node(3, 1), List.of(node(6, 2), NEW_ROOT)));
        assertTrue(reason(c, back).contains("does not lead from node 3 up"));
        received(c.receive(eviction(), NOW));
    }

    private static String reason(RekeyReceiver member, GroupDownload download) {
        Outcome outcome = member.receive(push(OLD, 1, download), NOW);
        assertEquals(Outcome.Verdict.IGNORED, outcome.verdict());
        return outcome.reason();
    }

    /** As many wrapped keys as levels ask for: each array has one key, and leads to the next. */
    @Test
    void arraysOfOneKeyLeadFromEachToTheNext() {
        /* HDR*, SEQ, SA(SAK: LKH), KD(LKH: 3 under 6, 1 under 3, 1 under 2), SIG --> */
        Datagram eviction =
                push(
                        OLD,
                        1,
                        newKek(
                                new KeyTreeUpdate(node(6, 1), List.of(NEW_THREE)),
                                new KeyTreeUpdate(NEW_THREE, List.of(NEW_ROOT)),
                                new KeyTreeUpdate(node(2, 1), List.of(NEW_ROOT))));
        for (RekeyReceiver member : List.of(a, b, c)) {
            assertEquals(
                    NEW.ivAndKey(), received(member.receive(eviction, NOW)).kek().get().ivAndKey());
        }
        assertTrue(d.receive(eviction, NOW).facts().get(0) instanceof RekeyMissed);
    }

    @Test
    void updatesAreCounted() {
        List<KeyTreeUpdate> many =
                new ArrayList<>(
                        Collections.nCopies(
                                GroupDownload.MOST_KEY_TREE_UPDATES + 1,
                                new KeyTreeUpdate(node(2, 1), List.of(NEW_ROOT))));
        assertTrue(
                reason(a, newKek(many.toArray(new KeyTreeUpdate[0])))
                        .contains("more than 120 LKH updates"));
    }

    @Test
    void anUpdateWhoseRootIsNotTheKekIsNeverSent() {
        assertThrows(
                IllegalArgumentException.class,
                () -> push(OLD, 1, newKek(new KeyTreeUpdate(node(2, 1), List.of(node(1, 2))))));
    }
}

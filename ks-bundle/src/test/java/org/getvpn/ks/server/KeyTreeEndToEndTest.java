// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.exchange.GroupKeyPushAck;
import org.getvpn.gdoi.exchange.RekeyMissed;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.MemberStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group with a key tree over real UDP, with the protocol library's member. */
class KeyTreeEndToEndTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String EVICTED = "127.0.0.12";

    @TempDir Path folder;
    private final GdoiKeyServer server = new GdoiKeyServer();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Installation installation;

    @BeforeEach
    void serve() throws Exception {
        installation = new Installation(folder).group("'keyTree': true, ");
        server.configure(installation.configuration());
        Eventually.holds(
                SOON,
                () -> server.sas("blue").stream().anyMatch(sa -> isTek(sa.kind(), sa.stage())),
                () -> server.sas("blue").toString());
    }

    private static boolean isTek(String kind, KeyStage stage) {
        return kind.equals("TEK") && stage == KeyStage.SENDABLE;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        server.close();
    }

    private LoopbackMember member(String address) throws Exception {
        LoopbackMember member =
                new LoopbackMember(
                        address, "127.0.0.1", installation.port(), Installation.SECRET, 1234);
        open.add(member);
        Eventually.holds(
                SOON, () -> !member.downloads().isEmpty(), () -> member.facts().toString());
        return member;
    }

    private static boolean brings(RekeyMessage message, boolean kek) {
        return message.download().filter(download -> download.kek().isPresent() == kek).isPresent();
    }

    @Test
    void anEvictionBringsTheOthersAKekAndThenATekWithoutARegistration() throws Exception {
        List<LoopbackMember> stay = new ArrayList<>();
        for (int i : List.of(11, 13, 14, 15)) {
            stay.add(member("127.0.0." + i));
        }
        LoopbackMember evicted = member(EVICTED);
        GroupDownload download = stay.get(0).downloads().get(0);
        /*                      <--  HDR*, HASH(4), SEQ, KD(TEK, LKH, SID) */
        assertEquals(16, download.keyPath().size());
        assertEquals(GroupKeyPushAck.LKH_SHA256, download.kek().orElseThrow().acknowledgement());

        server.evict("blue", EVICTED);
        for (LoopbackMember member : stay) {
            /*                      <--  HDR*, SEQ, SA(SAK: LKH), KD(LKH updates), SIG */
            /*                      <--  HDR*, SEQ, SA(SAT), KD(TEK), SIG, under the new KEK */
            Eventually.holds(
                    SOON,
                    () ->
                            member.rekeys().stream().anyMatch(one -> brings(one, true))
                                    && member.rekeys().stream().anyMatch(one -> brings(one, false)),
                    () -> member.facts().toString());
            assertEquals(1, member.downloads().size());
            assertTrue(member.rekeys().stream().noneMatch(RekeyMessage::deletesKek));
            assertTrue(member.of(RekeyMissed.class).isEmpty());
        }
        /* HDR, HASH (key of the leaf), SEQ, ID --> */
        Eventually.holds(
                SOON,
                () ->
                        server.members("blue").size() == 4
                                && server.members("blue").stream()
                                        .allMatch(one -> one.rekeysAcknowledged() >= 2),
                () -> server.members("blue").toString());
        for (MemberStatus status : server.members("blue")) {
            assertEquals(1, status.registrations());
        }
        assertTrue(evicted.rekeys().isEmpty());
    }
}

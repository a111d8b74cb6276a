// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.wire.Delete;
import org.getvpn.gdoi.wire.Doi;
import org.getvpn.gdoi.wire.Notification;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadType;
import org.junit.jupiter.api.Test;

/** The life of a Phase 1 SA: questions, Delete, INITIAL-CONTACT, and its end. */
class PhaseOneSaTest {
    private static final PhaseOneSettings SETTINGS =
            PhaseOneSettings.of(Lab.proposals("aes256-sha256-ecp256"));
    private static final Endpoint OTHER = Lab.endpoint("10.2.0.2", 848);

    private final Lab lab = new Lab(SETTINGS);

    private HandMadeInitiator peer(Endpoint at, long seed, NotifyType... said) throws Exception {
        return new HandMadeInitiator(lab.keyServer, at, seed).establish(SETTINGS, lab.now, said);
    }

    private long held() {
        return lab.keyServer.counters().established();
    }

    private static Payload question(CookiePair cookies, int sequence) {
        byte[] data = {0, 0, (byte) (sequence >> 8), (byte) sequence};
        return new Notification(Doi.GDOI, 1, cookies.octets(), NotifyType.R_U_THERE, data).write();
    }

    @Test
    void aQuestionWhetherWeAreThereIsAnswered() throws Exception {
        HandMadeInitiator peer = peer(Lab.MEMBER, 1);
        /* HDR*, HASH, N(R-U-THERE 258) --> */
        Outcome outcome = peer.inform(lab.now, question(peer.sa().cookies(), 258));
        /* <-- HDR*, HASH, N(R-U-THERE-ACK 258) */
        Notification answer =
                Notification.read(
                        peer.open(outcome.send().get(0)).onlyBody(PayloadType.NOTIFY, 8, 64));
        assertEquals(NotifyType.R_U_THERE_ACK, answer.type());
        assertArrayEquals(new byte[] {0, 0, 1, 2}, answer.data());
        assertArrayEquals(peer.sa().cookies().octets(), answer.spi());
        assertEquals(1, answer.protocol());
    }

    @Test
    void aQuestionAgainIsAnsweredAgainButAnOlderOneIsAReplay() throws Exception {
        HandMadeInitiator peer = peer(Lab.MEMBER, 1);
        CookiePair cookies = peer.sa().cookies();
        assertEquals(1, peer.inform(lab.now, question(cookies, 7)).send().size());
        assertEquals(1, peer.inform(lab.now, question(cookies, 7)).send().size());
        assertEquals(0, peer.inform(lab.now, question(cookies, 6)).send().size());
        assertEquals(1, peer.inform(lab.now, question(cookies, 8)).send().size());
    }

    @Test
    void aQuestionAboutAnotherSaIsNotAnswered() throws Exception {
        HandMadeInitiator peer = peer(Lab.MEMBER, 1);
        HandMadeInitiator other = peer(OTHER, 2);
        assertEquals(0, peer.inform(lab.now, question(other.sa().cookies(), 1)).send().size());
    }

    @Test
    void aMemberAnswersWhileItRegisters() throws Exception {
        GroupMemberEndpoint member =
                new GroupMemberEndpoint(Lab.settings(SETTINGS), new SeededRandom(2));
        PhaseOneSa sa = establishWith(member);
        /* <-- HDR*, HASH, N(R-U-THERE) */
        Outcome outcome =
                member.receive(
                        sa.path()
                                .datagram(
                                        sa.informational(
                                                new SeededRandom(3), question(sa.cookies(), 1))),
                        lab.now);
        assertEquals(Outcome.Verdict.IGNORED, outcome.verdict(), "not from the key server");
        outcome =
                member.receive(
                        Lab.mirror(
                                sa.path()
                                        .datagram(
                                                sa.informational(
                                                        new SeededRandom(3),
                                                        question(sa.cookies(), 1)))),
                        lab.now);
        /* HDR*, HASH, N(R-U-THERE-ACK) --> */
        Frame answer = Frame.read(outcome.send().get(0).octets(), 0);
        assertEquals(
                NotifyType.R_U_THERE_ACK,
                Notification.read(
                                sa.begin(answer.exchange(), answer.messageId())
                                        .open(answer)
                                        .onlyBody(PayloadType.NOTIFY, 8, 64))
                        .type());
    }

    /** The key server's end of Main Mode alone; what follows is left unanswered. */
    private PhaseOneSa establishWith(GroupMemberEndpoint member) {
        SeededRandom randomness = new SeededRandom(1);
        PhaseOneReception reception =
                new PhaseOneReception(
                        SETTINGS,
                        peer -> Optional.of(Lab.secret("correct horse battery staple")),
                        randomness,
                        new EndpointCounters());
        PhaseOneResponder responder = null;
        Outcome said = member.start(lab.now);
        while (responder == null || responder.established().isEmpty()) {
            Datagram in = Lab.mirror(said.send().get(0));
            Frame frame = Frame.read(in.octets(), 0);
            Outcome answer;
            if (responder == null) {
                PhaseOneReception.Opened opened =
                        reception.open(PhaseOneMode.MAIN, reception.cookies(frame, in), frame, in);
                responder = reception.goOn(opened.halfOpen().orElseThrow());
                answer = opened.outcome().build();
            } else {
                answer = responder.receive(frame, randomness).build();
            }
            for (Computation work : answer.computations()) {
                answer = responder.resume((PhaseOneCompletion) work.run()).build();
            }
            said = member.receive(Lab.mirror(answer.send().get(0)), lab.now);
            while (!said.computations().isEmpty()) {
                said = member.resume(said.computations().get(0).run(), lab.now);
            }
        }
        return responder.established().get();
    }

    @Test
    void bothEndsAnnounceThatTheyAnswer() {
        lab.join(Lab.settings(SETTINGS)).settle();
        String id = org.getvpn.gdoi.wire.VendorId.DEAD_PEER_DETECTION.toString();
        for (int message : new int[] {0, 1}) {
            StringBuilder hex = new StringBuilder();
            for (byte octet : lab.seen.get(message).octets()) {
                hex.append(String.format("%02x", octet));
            }
            assertTrue(hex.toString().contains(id), "message " + (message + 1));
        }
    }

    @Test
    void deleteEndsTheSaItNamesAndNoOther() throws Exception {
        HandMadeInitiator peer = peer(Lab.MEMBER, 1);
        HandMadeInitiator second = peer(Lab.MEMBER, 2);
        HandMadeInitiator stranger = peer(OTHER, 3);
        assertEquals(3, held());
        /* HDR*, HASH, D(another peer's) --> */
        peer.inform(lab.now, stranger.sa().cookies().deletion(Doi.GDOI));
        /* HDR*, HASH, D(another SA of ours) --> */
        peer.inform(lab.now, second.sa().cookies().deletion(Doi.GDOI));
        /* HDR*, HASH, D(ESP) --> */
        peer.inform(lab.now, new Delete(Doi.IPSEC, 3, 4, List.of(new byte[4])).write());
        assertEquals(3, held());
        /* HDR*, HASH, D(this SA) --> */
        peer.inform(lab.now, peer.sa().cookies().deletion(Doi.GDOI));
        assertEquals(2, held());
    }

    @Test
    void aDeleteUnderAnothersKeysEndsNothing() throws Exception {
        HandMadeInitiator peer = peer(Lab.MEMBER, 1);
        HandMadeInitiator thief = peer(OTHER, 2);
        byte[] forged =
                thief.sa()
                        .informational(new SeededRandom(4), peer.sa().cookies().deletion(Doi.GDOI));
        byte[] cookies = peer.sa().cookies().octets();
        System.arraycopy(cookies, 0, forged, 0, 16);
        assertEquals(Outcome.Verdict.IGNORED, peer.send(lab.now, forged).verdict());
        assertEquals(2, held());
    }

    @Test
    void initialContactWithTheProofEndsTheSamePeersOlderSas() throws Exception {
        peer(Lab.MEMBER, 1);
        peer(Lab.MEMBER, 2);
        peer(OTHER, 3);
        assertEquals(3, held());
        /* HDR*, IDii, HASH_I, N(INITIAL-CONTACT) --> */
        HandMadeInitiator fresh = peer(Lab.MEMBER, 4, NotifyType.INITIAL_CONTACT);
        assertEquals(2, held(), "the new one and the other peer's");
        assertEquals(1, fresh.inform(lab.now, question(fresh.sa().cookies(), 1)).send().size());
    }

    @Test
    void initialContactLaterEndsTheSamePeersOtherSas() throws Exception {
        peer(Lab.MEMBER, 1);
        peer(OTHER, 3);
        HandMadeInitiator fresh = peer(Lab.MEMBER, 4);
        /* HDR*, HASH, N(INITIAL-CONTACT) --> */
        fresh.inform(
                lab.now, fresh.sa().cookies().notification(Doi.GDOI, NotifyType.INITIAL_CONTACT));
        assertEquals(2, held());
        assertEquals(1, fresh.inform(lab.now, question(fresh.sa().cookies(), 1)).send().size());
    }

    @Test
    void initialContactWithoutProofIsNotBelieved() throws Exception {
        HandMadeInitiator peer = peer(Lab.MEMBER, 1);
        CookiePair cookies = peer.sa().cookies();
        byte[] clear =
                Frame.clear(
                        cookies,
                        org.getvpn.gdoi.wire.ExchangeType.INFORMATIONAL,
                        List.of(cookies.notification(Doi.GDOI, NotifyType.INITIAL_CONTACT)));
        peer(Lab.MEMBER, 2);
        assertEquals(Outcome.Verdict.IGNORED, peer.send(lab.now, clear).verdict());
        assertEquals(2, held());
    }

    @Test
    void questionsKeepAnIdleSaButNotBeyondTheLifetimeThatItsInitiatorOffered() throws Exception {
        HandMadeInitiator peer =
                new HandMadeInitiator(lab.keyServer, Lab.MEMBER, 1)
                        .establish(SETTINGS.withLifetime(Duration.ofMinutes(5)), lab.now);
        CookiePair cookies = peer.sa().cookies();
        Ticks start = lab.now;
        for (int minute = 1; minute < 5; minute++) {
            lab.now = start.plus(Duration.ofMinutes(minute));
            assertEquals(
                    1,
                    peer.inform(lab.now, question(cookies, minute)).send().size(),
                    "minute " + minute);
        }
        lab.now = start.plus(Duration.ofMinutes(5));
        assertEquals(
                "cookies of no exchange here", peer.inform(lab.now, question(cookies, 5)).reason());
        assertEquals(0, held());
    }

    @Test
    void theKeyServersOwnLifetimeBoundsWhatIsOffered() throws Exception {
        Lab strict = new Lab(SETTINGS.withLifetime(Duration.ofMinutes(1)));
        HandMadeInitiator peer =
                new HandMadeInitiator(strict.keyServer, Lab.MEMBER, 1)
                        .establish(SETTINGS.withLifetime(Duration.ofDays(7)), strict.now);
        Ticks end = strict.now.plus(Duration.ofMinutes(1));
        peer.inform(end, question(peer.sa().cookies(), 1));
        assertEquals(0, strict.keyServer.counters().established());
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.wire.Doi;
import org.getvpn.gdoi.wire.Notification;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadType;
import org.junit.jupiter.api.Test;

/** The key server asks a peer that was idle whether it is there (RFC 3706). */
class DeadPeerTest {
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final PhaseOneSettings SETTINGS =
            PhaseOneSettings.of(Lab.proposals("aes256-sha256-ecp256")).withIdle(IDLE);

    private final Lab lab = new Lab(SETTINGS);

    private HandMadeInitiator peer(long seed) throws Exception {
        return new HandMadeInitiator(lab.keyServer, Lab.MEMBER, seed)
                .announceDeadPeerDetection()
                .establish(SETTINGS, lab.now);
    }

    private long held() {
        return lab.keyServer.counters().established();
    }

    /** What the key server asks after that time. */
    private List<Datagram> after(Duration time) {
        lab.now = lab.now.plus(time);
        return lab.keyServer.tick(lab.now).send();
    }

    private static Notification question(HandMadeInitiator peer, Datagram asked) throws Exception {
        return Notification.read(peer.open(asked).onlyBody(PayloadType.NOTIFY, 8, 64));
    }

    private static Payload acknowledgement(HandMadeInitiator peer, byte[] number) {
        return peer.sa().cookies().notification(Doi.GDOI, NotifyType.R_U_THERE_ACK, number);
    }

    @Test
    void aPeerThatAnswersKeepsItsSa() throws Exception {
        HandMadeInitiator peer = peer(1);
        int last = -1;
        for (int round = 0; round < 4; round++) {
            assertEquals(List.of(), after(IDLE.minusMillis(1)), "not before it was idle so long");
            /* <-- HDR*, HASH, N(R-U-THERE) */
            List<Datagram> asked = after(Duration.ofMillis(1));
            assertEquals(1, asked.size());
            Notification question = question(peer, asked.get(0));
            assertEquals(NotifyType.R_U_THERE, question.type());
            assertEquals(1, question.protocol());
            assertArrayEquals(peer.sa().cookies().octets(), question.spi());
            int number = ByteBuffer.wrap(question.data()).getInt();
            assertTrue(number >= 0, "the high bit is zero");
            assertTrue(last == -1 || number == last + 1, "one up each time");
            last = number;
            /* HDR*, HASH, N(R-U-THERE-ACK) --> */
            Outcome outcome = peer.inform(lab.now, acknowledgement(peer, question.data()));
            assertEquals(Outcome.Verdict.ADVANCED, outcome.verdict());
            assertEquals(lab.now.plus(IDLE), outcome.deadline().orElseThrow());
        }
        assertEquals(1, held());
    }

    @Test
    void aPeerThatIsSilentIsAskedFourTimesAndThenForgottenByName() throws Exception {
        peer(1);
        assertEquals(1, after(IDLE).size());
        for (int again = 2; again <= DeadPeerDetection.MOST_QUESTIONS; again++) {
            assertEquals(List.of(), after(EstablishedTable.BETWEEN_QUESTIONS.minusMillis(1)));
            assertEquals(1, after(Duration.ofMillis(1)).size(), "question " + again);
        }
        assertEquals(1, held());
        lab.now = lab.now.plus(EstablishedTable.BETWEEN_QUESTIONS);
        Outcome outcome = lab.keyServer.tick(lab.now);
        assertEquals(List.of(), outcome.send());
        PeerUnresponsive dead = (PeerUnresponsive) outcome.facts().get(0);
        assertEquals(Lab.MEMBER, dead.peer().endpoint());
        assertEquals(0, held());
    }

    @Test
    void aPeerThatDidNotAnnounceItIsNotAskedAndForgottenAtOnce() throws Exception {
        new HandMadeInitiator(lab.keyServer, Lab.MEMBER, 1).establish(SETTINGS, lab.now);
        assertEquals(List.of(), after(IDLE.minusMillis(1)));
        assertEquals(1, held());
        assertEquals(List.of(), after(Duration.ofMillis(1)));
        assertEquals(0, held());
    }

    @Test
    void theAnswerToAnEarlierQuestionDoesNotCount() throws Exception {
        HandMadeInitiator peer = peer(1);
        byte[] first = question(peer, after(IDLE).get(0)).data();
        byte[] second = question(peer, after(EstablishedTable.BETWEEN_QUESTIONS).get(0)).data();
        for (byte[] wrong : List.of(first, new byte[4], new byte[0], new byte[5])) {
            Outcome outcome = peer.inform(lab.now, acknowledgement(peer, wrong));
            assertEquals(Outcome.Verdict.IGNORED, outcome.verdict());
            assertEquals("an answer to no question of ours", outcome.reason());
        }
        peer.inform(lab.now, acknowledgement(peer, second));
        assertEquals(
                "an answer to no question of ours",
                peer.inform(lab.now, acknowledgement(peer, second)).reason(),
                "the same again");
        assertEquals(List.of(), after(EstablishedTable.BETWEEN_QUESTIONS));
        assertEquals(1, held());
    }

    @Test
    void anAnswerAboutAnotherSaDoesNotCount() throws Exception {
        HandMadeInitiator peer = peer(1);
        byte[] number = question(peer, after(IDLE).get(0)).data();
        HandMadeInitiator other = peer(2);
        other.inform(lab.now, acknowledgement(peer, number));
        assertEquals(1, after(EstablishedTable.BETWEEN_QUESTIONS).size(), "asked again");
    }

    @Test
    void whateverElseThePeerSaysUnderTheSaTellsThatItIsThere() throws Exception {
        HandMadeInitiator peer = peer(1);
        for (int round = 0; round < 2 * DeadPeerDetection.MOST_QUESTIONS; round++) {
            assertEquals(1, after(IDLE).size());
            /* HDR*, HASH, N(R-U-THERE) --> */
            byte[] number = {0, 0, 0, (byte) round};
            peer.inform(
                    lab.now,
                    peer.sa().cookies().notification(Doi.GDOI, NotifyType.R_U_THERE, number));
        }
        assertEquals(1, held());
    }

    @Test
    void aPeerIsNotAskedBeyondTheLifetimeOfItsSa() throws Exception {
        HandMadeInitiator peer =
                new HandMadeInitiator(lab.keyServer, Lab.MEMBER, 1)
                        .announceDeadPeerDetection()
                        .establish(SETTINGS.withLifetime(Duration.ofMinutes(1)), lab.now);
        byte[] number = question(peer, after(IDLE).get(0)).data();
        peer.inform(lab.now, acknowledgement(peer, number));
        assertEquals(List.of(), after(IDLE));
        assertEquals(0, held());
    }

    @Test
    void manyQuestionsLeaveInPortionsAndNoneIsForgotten() throws Exception {
        int peers = EstablishedTable.MOST_QUESTIONS_AT_ONCE + 6;
        for (int i = 0; i < peers; i++) {
            new HandMadeInitiator(lab.keyServer, Lab.endpoint("10.9.0." + (i + 1), 848), i)
                    .announceDeadPeerDetection()
                    .establish(SETTINGS, lab.now);
        }
        lab.now = lab.now.plus(IDLE);
        Outcome outcome = lab.keyServer.tick(lab.now);
        List<Datagram> asked = new ArrayList<>(outcome.send());
        assertEquals(EstablishedTable.MOST_QUESTIONS_AT_ONCE, asked.size());
        assertFalse(lab.now.isBefore(outcome.deadline().orElseThrow()), "the others at once");
        asked.addAll(lab.keyServer.tick(lab.now).send());
        assertEquals(peers, asked.stream().map(Datagram::remote).distinct().count());
    }

    @Test
    void ourMemberEndsItsSaWhenItIsRegisteredSoThatNobodyHasToAskIt() {
        lab.join(Lab.settings(SETTINGS)).settle();
        assertEquals(0, held());
    }
}

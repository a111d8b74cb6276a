// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.Notification;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/** A member that authenticates as it should and then sends under the SA whatever a test says. */
final class HostileMember {
    private final Lab lab;
    private final PhaseOneSa sa;
    private final SecureRandom randomness = new SeededRandom(77);

    private ProtectedExchange pull;
    private Outcome last;

    /** Completes Phase 1 with the lab's key server. */
    HostileMember(Lab lab, String suite) throws MalformedPayload {
        this.lab = lab;
        MainModeInitiator phaseOne =
                new MainModeInitiator(
                        Lab.settings(suite),
                        new ReturnPath(Lab.MEMBER, Lab.KEY_SERVER),
                        randomness);
        PhaseOneStep step = phaseOne.begin();
        while (phaseOne.established().isEmpty()) {
            step =
                    step.message() != null
                            ? phaseOne.receive(answer(step.message()).get(0))
                            : phaseOne.resume((PhaseOneCompletion) step.work().run());
        }
        this.sa = phaseOne.established().get();
    }

    /** What the key server sends back, its computations done. */
    private List<Frame> answer(byte[] message) {
        List<Frame> frames = new ArrayList<>();
        collect(
                lab.keyServer.receive(new Datagram(Lab.KEY_SERVER, Lab.MEMBER, message), lab.now),
                frames);
        return frames;
    }

    private void collect(Outcome outcome, List<Frame> frames) {
        last = outcome;
        lab.keyServerFacts.addAll(outcome.facts());
        for (Datagram sent : outcome.send()) {
            frames.add(Frame.read(sent.octets(), 0));
        }
        for (Computation work : outcome.computations()) {
            collect(lab.keyServer.resume(work.run(), lab.now), frames);
        }
    }

    /** HDR*, HASH(1), payloads --&gt;: begins a GROUPKEY-PULL. */
    List<Frame> sendFirst(Payload... payloads) {
        pull = sa.begin(ExchangeType.GROUPKEY_PULL, PhaseOneSa.freshMessageId(randomness));
        return answer(pull.seal(List.of(payloads)));
    }

    /** Begins well: what comes next is message 3. */
    void begin() throws MalformedPayload {
        byte[] nonce = new byte[16];
        byte[] group = BlueGroup.ID.octets();
        byte[] id = {11, 0, 0, 0, group[0], group[1], group[2], group[3]};
        List<Frame> answer =
                sendFirst(Payload.of(PayloadType.NONCE, nonce), Payload.of(PayloadType.ID, id));
        pull.addNonce(nonce);
        PayloadChain chain = pull.open(answer.get(0));
        pull.addNonce(chain.onlyBody(PayloadType.NONCE, 8, 128));
    }

    /** HDR*, HASH(3), payloads --&gt;. */
    List<Frame> sendThird(Payload... payloads) {
        return answer(pull.seal(List.of(payloads)));
    }

    /** Which notification an answer holds. */
    NotifyType notification(List<Frame> answer) throws MalformedPayload {
        PayloadChain chain =
                sa.begin(ExchangeType.INFORMATIONAL, answer.get(0).messageId()).open(answer.get(0));
        return Notification.read(chain.onlyBody(PayloadType.NOTIFY, 8, 64)).type();
    }

    /** Why the key server refused. */
    String reason() {
        return last.reason();
    }
}

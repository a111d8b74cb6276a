// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Arrays;
import org.getvpn.gdoi.crypto.Prf;

/** The last request of a peer, by its hash, and what we answered: a copy of it gets the same. */
final class AnswerCache {
    private byte[] request;
    private byte[] answer;

    /** Whether {@code in} is the last request again. */
    boolean repeats(Frame in) {
        return request != null && Arrays.equals(request, Prf.SHA256.hash(in.octets()));
    }

    /** A request that is being worked on; there is no answer yet. */
    void accept(Frame in) {
        request = Prf.SHA256.hash(in.octets());
        answer = null;
    }

    /** The request turned out to be wrong: as if it had not come. */
    void forget() {
        request = null;
        answer = null;
    }

    void answer(byte[] message) {
        answer = message;
    }

    /** The answer, or null while there is none. */
    byte[] answer() {
        return answer;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import p4.v1.P4RuntimeOuterClass.MasterArbitrationUpdate;
import p4.v1.P4RuntimeOuterClass.StreamMessageResponse;

/**
 * The stream to one controller. What it has not read does not pile up: only answers to its own
 * messages are sent whatever it reads. Used under the switch's lock.
 */
final class ControllerStream extends Arbitration.Controller {
    private static final int MOST_UNREAD_ANSWERS = 256;

    private final ServerCallStreamObserver<StreamMessageResponse> out;
    private int unread; // answers since the stream was last ready
    private boolean ended;

    ControllerStream(ServerCallStreamObserver<StreamMessageResponse> out) {
        this.out = out;
        // else whatever is sent to a peer that is just gone throws, and others hear nothing
        out.setOnCancelHandler(() -> {});
    }

    @Override
    void tell(MasterArbitrationUpdate update) {
        answer(StreamMessageResponse.newBuilder().setArbitration(update).build());
    }

    /** Sends an answer. A controller that asks without ever reading is cut off. */
    void answer(StreamMessageResponse message) {
        if (ended) {
            return;
        }
        unread = out.isReady() ? 0 : unread + 1;
        if (unread > MOST_UNREAD_ANSWERS) {
            end(Status.RESOURCE_EXHAUSTED.withDescription("answers are not read").asException());
            return;
        }
        out.onNext(message);
    }

    /**
     * Sends what nobody waits for, if the controller reads.
     *
     * @return whether it was sent
     */
    boolean offer(StreamMessageResponse message) {
        if (ended || !out.isReady()) {
            return false;
        }
        out.onNext(message);
        return true;
    }

    /** Ends the stream as the controller did. */
    void complete() {
        if (!ended) {
            ended = true;
            out.onCompleted();
        }
    }

    /** Ends the stream with an error. */
    void end(StatusException status) {
        if (!ended) {
            ended = true;
            out.onError(status);
        }
    }

    /** The peer is gone: nothing can be sent any more. */
    void lost() {
        ended = true;
    }
}

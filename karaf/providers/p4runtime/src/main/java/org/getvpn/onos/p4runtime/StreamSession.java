// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.math.BigInteger;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.onosproject.net.DeviceId;
import org.onosproject.net.device.DeviceAgentEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import p4.v1.P4RuntimeGrpc;
import p4.v1.P4RuntimeOuterClass.MasterArbitrationUpdate;
import p4.v1.P4RuntimeOuterClass.PacketOut;
import p4.v1.P4RuntimeOuterClass.StreamMessageRequest;
import p4.v1.P4RuntimeOuterClass.StreamMessageResponse;
import p4.v1.P4RuntimeOuterClass.Uint128;

/**
 * The stream to one switch: who is primary (P4Runtime 1.3, section 5), and packets. A stream that
 * ends while the channel is open is opened again with the same election id.
 */
final class StreamSession {
    private static final Logger log = LoggerFactory.getLogger(StreamSession.class);

    private final DeviceId device;
    private final ManagedChannel channel;
    private final Connection connection;
    private final SwitchListener listener;
    private final ScheduledExecutorService clock;

    private Stream stream;
    private MasterArbitrationUpdate wanted;
    private boolean wantsPrimacy;

    StreamSession(
            DeviceId device,
            ManagedChannel channel,
            Connection connection,
            SwitchListener listener,
            ScheduledExecutorService clock) {
        this.device = device;
        this.channel = channel;
        this.connection = connection;
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * Asks to be primary, or a backup, by election id: the highest that a switch sees is primary.
     *
     * @param wantsPrimacy whether it asks again, with the highest id, where a switch has no primary
     *     because who had that id is gone (P4Runtime, section 5: a switch remembers it)
     * @param electionId unsigned 128 bits
     */
    synchronized void arbitrate(long p4DeviceId, boolean wantsPrimacy, BigInteger electionId) {
        this.wantsPrimacy = wantsPrimacy;
        wanted =
                MasterArbitrationUpdate.newBuilder()
                        .setDeviceId(p4DeviceId)
                        .setElectionId(
                                Uint128.newBuilder()
                                        .setHigh(electionId.shiftRight(64).longValue())
                                        .setLow(electionId.longValue()))
                        .build();
        arbitrate();
    }

    /** The election id that goes with every write; zero, which no switch accepts, before one. */
    synchronized Uint128 electionId() {
        return wanted == null ? Uint128.getDefaultInstance() : wanted.getElectionId();
    }

    /** Whether the switch answered on the stream. */
    synchronized boolean isOpen() {
        return stream != null && stream.answered;
    }

    /** Whether the switch said that this controller is primary. */
    synchronized boolean isPrimary() {
        return stream != null && stream.primary;
    }

    /**
     * Sends a packet through the switch.
     *
     * @return whether it was sent: not without a stream, and not while the stream is congested
     */
    synchronized boolean send(PacketOut packet) {
        if (stream == null || !stream.answered || !stream.requests.isReady()) {
            return false;
        }
        stream.requests.onNext(StreamMessageRequest.newBuilder().setPacket(packet).build());
        return true;
    }

    /** Ends the stream and stays away until the next {@link #arbitrate}. */
    synchronized void close() {
        wanted = null;
        if (stream != null) {
            Stream last = stream;
            stream = null;
            last.requests.onCompleted();
        }
    }

    private void arbitrate() {
        if (stream == null) {
            stream = new Stream();
            P4RuntimeGrpc.newStub(channel).streamChannel(stream);
        }
        stream.requests.onNext(StreamMessageRequest.newBuilder().setArbitration(wanted).build());
    }

    private synchronized void reopen() {
        if (wanted != null && stream == null && connection.isOpen()) {
            arbitrate();
        }
    }

    /** One call of StreamChannel. */
    private final class Stream
            implements ClientResponseObserver<StreamMessageRequest, StreamMessageResponse> {
        private ClientCallStreamObserver<StreamMessageRequest> requests;
        private boolean answered;
        private boolean primary;

        @Override
        public void beforeStart(ClientCallStreamObserver<StreamMessageRequest> out) {
            requests = out;
        }

        @Override
        public void onNext(StreamMessageResponse message) {
            switch (message.getUpdateCase()) {
                case ARBITRATION:
                    arbitrated(message.getArbitration());
                    break;
                case PACKET:
                    listener.received(message.getPacket());
                    break;
                case ERROR:
                    log.warn(
                            "device={} reason=packet-out-refused: {}",
                            device,
                            message.getError().getMessage());
                    break;
                default:
                    log.debug("device={} ignores {}", device, message.getUpdateCase());
            }
        }

        private void arbitrated(MasterArbitrationUpdate answer) {
            boolean now = answer.getStatus().getCode() == Status.Code.OK.value();
            synchronized (StreamSession.this) {
                if (stream != this) {
                    return;
                }
                answered = true;
                primary = now;
                if (answer.getStatus().getCode() == Status.Code.NOT_FOUND.value()
                        && wantsPrimacy
                        && !answer.getElectionId().equals(wanted.getElectionId())) {
                    log.info("device={} has no primary: this controller asks again", device);
                    wanted = wanted.toBuilder().setElectionId(answer.getElectionId()).build();
                    arbitrate();
                    return;
                }
            }
            log.info("device={} this controller is {}", device, now ? "primary" : "a backup");
            listener.changed(
                    now ? DeviceAgentEvent.Type.ROLE_MASTER : DeviceAgentEvent.Type.ROLE_STANDBY);
        }

        @Override
        public void onError(Throwable reason) {
            ended(Status.fromThrowable(reason).toString());
        }

        @Override
        public void onCompleted() {
            ended("the switch closed it");
        }

        private void ended(String reason) {
            synchronized (StreamSession.this) {
                if (stream != this) {
                    return;
                }
                stream = null;
            }
            log.warn("device={} reason=stream-ended: {}", device, reason);
            listener.changed(DeviceAgentEvent.Type.ROLE_NONE);
            if (!clock.isShutdown()) {
                clock.schedule(
                        StreamSession.this::reopen, Connection.RETRY_SECONDS, TimeUnit.SECONDS);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.math.BigInteger;
import java.nio.ByteBuffer;
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
 * ends while the channel is open is opened again with the same wish.
 *
 * <p>A switch remembers the highest election id that it ever saw, and has no primary while nobody
 * bids at least that. A controller that bid higher than ONOS, and is gone, would so leave it
 * without one for good: ONOS counts its ids by itself and does not know of the other. Whoever is to
 * be primary therefore bids the larger of ONOS's id and the highest that the switch said nobody
 * holds; an id that another controller holds is never bid, since the switch would end the stream.
 */
final class StreamSession {
    private static final Logger log = LoggerFactory.getLogger(StreamSession.class);

    private final DeviceId device;
    private final ManagedChannel channel;
    private final Connection connection;
    private final SwitchListener listener;
    private final ScheduledExecutorService clock;

    private Stream stream;
    private Role wish = Role.NONE;
    private long p4DeviceId;
    private BigInteger onosId = BigInteger.ZERO;
    private BigInteger abandoned = BigInteger.ZERO; // the highest that the switch said nobody holds
    private BigInteger bid = BigInteger.ZERO; // the last one

    /** What this controller is to be at the switch. */
    private enum Role {
        NONE,
        BACKUP,
        PRIMARY
    }

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
     * Asks to be primary, and asks again where the switch tells that it has none.
     *
     * @param electionId ONOS's, unsigned 128 bits; the bid may be higher
     */
    void becomePrimary(long p4DeviceId, BigInteger electionId) {
        wish(Role.PRIMARY, p4DeviceId, electionId);
    }

    /**
     * Asks to be a backup, with just this id. As the highest at a switch it is primary even so.
     *
     * @param electionId ONOS's, unsigned 128 bits
     */
    void becomeBackup(long p4DeviceId, BigInteger electionId) {
        wish(Role.BACKUP, p4DeviceId, electionId);
    }

    private void wish(Role role, long p4DeviceId, BigInteger electionId) {
        DeviceAgentEvent.Type known;
        synchronized (this) {
            this.wish = role;
            this.p4DeviceId = p4DeviceId;
            this.onosId = electionId;
            if (arbitrate() || !stream.answered) {
                return; // the switch will answer
            }
            known = role(stream.primary);
        }
        listener.changed(known);
    }

    /** The election id that goes with every write; zero, which no switch accepts, before one. */
    synchronized Uint128 electionId() {
        return wish == Role.NONE ? Uint128.getDefaultInstance() : message(bid);
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

    /** Ends the stream and stays away until the next wish. */
    synchronized void close() {
        wish = Role.NONE;
        if (stream != null) {
            Stream last = stream;
            stream = null;
            last.requests.onCompleted();
        }
    }

    /**
     * Bids, unless the switch has this very bid: PI, and so bmv2, leaves one that changes nothing
     * without an answer.
     *
     * @return whether it did
     */
    private boolean arbitrate() {
        if (stream == null) {
            stream = new Stream();
            P4RuntimeGrpc.newStub(channel).streamChannel(stream);
        }
        bid = wish == Role.PRIMARY ? onosId.max(abandoned) : onosId;
        MasterArbitrationUpdate update =
                MasterArbitrationUpdate.newBuilder()
                        .setDeviceId(p4DeviceId)
                        .setElectionId(message(bid))
                        .build();
        if (update.equals(stream.asked)) {
            return false;
        }
        stream.asked = update;
        stream.requests.onNext(StreamMessageRequest.newBuilder().setArbitration(update).build());
        return true;
    }

    private synchronized void reopen() {
        if (wish != Role.NONE && stream == null && connection.isOpen()) {
            arbitrate();
        }
    }

    private static DeviceAgentEvent.Type role(boolean primary) {
        return primary ? DeviceAgentEvent.Type.ROLE_MASTER : DeviceAgentEvent.Type.ROLE_STANDBY;
    }

    private static Uint128 message(BigInteger id) {
        return Uint128.newBuilder()
                .setHigh(id.shiftRight(Long.SIZE).longValue())
                .setLow(id.longValue())
                .build();
    }

    private static BigInteger unsigned(Uint128 id) {
        return new BigInteger(
                1,
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(id.getHigh())
                        .putLong(id.getLow())
                        .array());
    }

    /** One call of StreamChannel. */
    private final class Stream
            implements ClientResponseObserver<StreamMessageRequest, StreamMessageResponse> {
        private ClientCallStreamObserver<StreamMessageRequest> requests;
        private MasterArbitrationUpdate asked; // the last one; null before the first
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
                if (answer.getStatus().getCode() == Status.Code.NOT_FOUND.value()) {
                    abandoned = unsigned(answer.getElectionId());
                    if (wish == Role.PRIMARY && abandoned.compareTo(bid) > 0) {
                        log.info("device={} has no primary: this controller asks again", device);
                        arbitrate();
                        return;
                    }
                }
            }
            log.info("device={} this controller is {}", device, now ? "primary" : "a backup");
            listener.changed(role(now));
        }

        @Override
        public void onError(Throwable reason) {
            Status status = Status.fromThrowable(reason);
            if (status.getCode() == Status.Code.INVALID_ARGUMENT) {
                forgetAbandoned(); // another controller was faster: the id is held again
            }
            ended(status.toString());
        }

        private void forgetAbandoned() {
            synchronized (StreamSession.this) {
                if (stream == this) {
                    abandoned = BigInteger.ZERO;
                }
            }
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

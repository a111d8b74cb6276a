// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import io.grpc.Status;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import p4.v1.P4RuntimeOuterClass.MasterArbitrationUpdate;

/**
 * Who of the controllers may write (P4Runtime 1.4, section 5.3): the one with the highest election
 * id ever seen, while it is connected. Used by one thread at a time.
 */
final class Arbitration {
    /** Most controllers connected at once. */
    static final int MOST_CONTROLLERS = 16;

    private final long deviceId;
    private final List<Controller> controllers = new ArrayList<>();
    private ElectionId highest; // ever seen; null before the first

    /** A controller's stream, and what it said of itself. */
    abstract static class Controller {
        private ElectionId electionId;
        private boolean isKnown;

        /** Tells the controller; never fails, whatever became of the stream. */
        abstract void tell(MasterArbitrationUpdate update);
    }

    Arbitration(long deviceId) {
        this.deviceId = deviceId;
    }

    /**
     * Takes a controller's update and tells those concerned.
     *
     * @throws StatusException when the stream is to be ended with this status; nothing changed
     */
    void update(Controller controller, MasterArbitrationUpdate update) throws StatusException {
        ElectionId id = update.hasElectionId() ? ElectionId.of(update.getElectionId()) : null;
        check(controller, update, id);
        Optional<Controller> before = primary();
        if (!controller.isKnown) {
            controller.isKnown = true;
            controllers.add(controller);
        }
        controller.electionId = id;
        if (id != null && (highest == null || id.compareTo(highest) >= 0)) {
            highest = id;
        }
        boolean wasPrimary = before.isPresent() && before.get() == controller;
        boolean isPrimary = primary().isPresent() && primary().get() == controller;
        if (isPrimary) {
            for (Controller other : controllers) {
                if (other != controller) {
                    other.tell(message(other));
                }
            }
            controller.tell(message(controller));
        } else if (wasPrimary) {
            tellAll();
        } else {
            controller.tell(message(controller));
        }
    }

    private void check(Controller controller, MasterArbitrationUpdate update, ElectionId id)
            throws StatusException {
        if (update.getDeviceId() != deviceId) {
            Status status = controller.isKnown ? Status.FAILED_PRECONDITION : Status.NOT_FOUND;
            throw status.withDescription(
                            "device_id " + update.getDeviceId() + ": this is device " + deviceId)
                    .asException();
        }
        if (update.getRole().getId() != 0 || update.getRole().hasConfig()) {
            Status status =
                    controller.isKnown ? Status.FAILED_PRECONDITION : Status.INVALID_ARGUMENT;
            throw status.withDescription("role: this switch has the default role alone")
                    .asException();
        }
        for (Controller other : controllers) {
            if (other != controller && id != null && id.equals(other.electionId)) {
                throw Status.INVALID_ARGUMENT
                        .withDescription("election_id: another controller has it; take another")
                        .asException();
            }
        }
        if (!controller.isKnown && controllers.size() >= MOST_CONTROLLERS) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription(MOST_CONTROLLERS + " controllers are connected already")
                    .asException();
        }
    }

    /** The controller's stream has ended. */
    void gone(Controller controller) {
        boolean wasPrimary = primary().isPresent() && primary().get() == controller;
        controllers.remove(controller);
        if (wasPrimary) {
            tellAll();
        }
    }

    /** Who may write. */
    Optional<Controller> primary() {
        return controllers.stream()
                .filter(c -> c.electionId != null && c.electionId.equals(highest))
                .findFirst();
    }

    /** Whether a request with this election id may write. */
    boolean isPrimary(ElectionId id) {
        return primary().isPresent() && id.equals(highest);
    }

    private void tellAll() {
        for (Controller controller : List.copyOf(controllers)) {
            controller.tell(message(controller));
        }
    }

    private MasterArbitrationUpdate message(Controller receiver) {
        Optional<Controller> primary = primary();
        Status.Code code = Status.Code.NOT_FOUND;
        String text = "there is no primary";
        if (primary.isPresent()) {
            boolean isReceiver = primary.get() == receiver;
            code = isReceiver ? Status.Code.OK : Status.Code.ALREADY_EXISTS;
            text = isReceiver ? "you are primary" : "another controller is primary";
        }
        MasterArbitrationUpdate.Builder message =
                MasterArbitrationUpdate.newBuilder()
                        .setDeviceId(deviceId)
                        .setStatus(
                                com.google.rpc.Status.newBuilder()
                                        .setCode(code.value())
                                        .setMessage(text));
        if (highest != null) {
            message.setElectionId(highest.message());
        }
        return message.build();
    }
}

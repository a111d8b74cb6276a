// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.stream.Collectors;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.EntityUpdateStatus;
import p4.v1.P4RuntimeOuterClass.Error;

/**
 * Reads why a Write failed. Its status says UNKNOWN, and carries one error per update, in order,
 * code OK for those that succeeded (P4Runtime 1.3, section 12.3).
 */
final class WriteFailure {
    private WriteFailure() {}

    /** Tells each update of the Write what became of it. */
    static void explain(StatusRuntimeException refusal, List<EntityUpdate> updates) {
        com.google.rpc.Status status = StatusProto.fromThrowable(refusal);
        boolean perUpdate = status != null && status.getDetailsCount() == updates.size();
        for (int i = 0; i < updates.size(); i++) {
            EntityUpdate update = updates.get(i);
            // without details nothing is known to have been applied
            update.failed(EntityUpdateStatus.OTHER_ERROR, words(refusal), refusal);
            if (perUpdate) {
                explain(refusal, update, status.getDetails(i));
            }
        }
    }

    /** The refusal in words for a log: of the updates, those that failed. */
    static String words(StatusRuntimeException refusal) {
        com.google.rpc.Status status = StatusProto.fromThrowable(refusal);
        if (status == null || status.getDetailsCount() == 0) {
            return refusal.getStatus().toString();
        }
        return status.getDetailsList().stream()
                .map(WriteFailure::read)
                .filter(error -> error.getCanonicalCode() != Status.Code.OK.value())
                .map(
                        error ->
                                Status.fromCodeValue(error.getCanonicalCode()).getCode()
                                        + " "
                                        + error.getMessage())
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private static void explain(StatusRuntimeException refusal, EntityUpdate update, Any detail) {
        Error error = read(detail);
        switch (Status.fromCodeValue(error.getCanonicalCode()).getCode()) {
            case OK:
                update.succeeded();
                break;
            case ALREADY_EXISTS:
                update.failed(EntityUpdateStatus.ALREADY_EXIST, error.getMessage(), refusal);
                break;
            case NOT_FOUND:
                update.failed(EntityUpdateStatus.NOT_FOUND, error.getMessage(), refusal);
                break;
            default:
                update.failed(EntityUpdateStatus.OTHER_ERROR, error.getMessage(), refusal);
        }
    }

    private static Error read(Any detail) {
        try {
            return detail.unpack(Error.class);
        } catch (InvalidProtocolBufferException e) {
            return Error.newBuilder()
                    .setCanonicalCode(Status.Code.UNKNOWN.value())
                    .setMessage("the switch's detail is no P4Runtime error")
                    .build();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import com.google.protobuf.Any;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import org.getvpn.gm.p4.RefusedUpdate;
import p4.v1.P4RuntimeOuterClass.Error;

/**
 * An answer that names what became of each part of a batch: UNKNOWN at the top, a p4.v1.Error for
 * each part in its order (P4Runtime 1.4, section 12.3).
 */
final class StatusDetails {
    private static final String SPACE = "getvpn-gm";
    private static final Error DONE =
            Error.newBuilder().setCanonicalCode(Status.Code.OK.value()).build();

    private StatusDetails() {}

    /**
     * The status of a batch.
     *
     * @param refusals one for each part, null where it was done
     */
    static StatusRuntimeException of(String what, List<RefusedUpdate> refusals) {
        long failed = refusals.stream().filter(refusal -> refusal != null).count();
        com.google.rpc.Status.Builder status =
                com.google.rpc.Status.newBuilder()
                        .setCode(Status.Code.UNKNOWN.value())
                        .setMessage(failed + " of " + refusals.size() + " " + what + " failed");
        for (RefusedUpdate refusal : refusals) {
            status.addDetails(Any.pack(refusal == null ? DONE : error(refusal)));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    private static Error error(RefusedUpdate refusal) {
        return Error.newBuilder()
                .setCanonicalCode(refusal.refusal().code())
                .setMessage(refusal.getMessage())
                .setSpace(SPACE)
                .setCode(refusal.refusal().code())
                .build();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

/** Why a write was not done; the names and numbers are those of google.rpc.Code. */
public enum Refusal {
    /** malformed or contradicting p4info */
    INVALID_ARGUMENT(3),
    /** what is to be changed is not there */
    NOT_FOUND(5),
    /** what is to be inserted is there */
    ALREADY_EXISTS(6),
    /** a constant */
    PERMISSION_DENIED(7),
    /** the table is full */
    RESOURCE_EXHAUSTED(8),
    /** undone, because another update of an atomic batch failed */
    ABORTED(10),
    /** a value has more bits than its field */
    OUT_OF_RANGE(11),
    /** nothing this switch has */
    UNIMPLEMENTED(12);

    private final int code;

    Refusal(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }
}

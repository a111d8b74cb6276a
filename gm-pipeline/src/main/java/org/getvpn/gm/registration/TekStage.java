// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

/** Where in its life a TEK is on a member. A key that is gone is not listed any more. */
public enum TekStage {
    /** installed for reception; the activation delay is not over */
    RECEIVABLE,
    /** the leading edge: sent with, and received */
    SENDABLE,
    /** the trailing edge: received only */
    RETIRING
}

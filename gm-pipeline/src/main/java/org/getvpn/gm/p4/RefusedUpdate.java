// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

/** A single update that was not done; the tables are as before. */
public final class RefusedUpdate extends Exception {
    private static final long serialVersionUID = 1;

    private final Refusal refusal;

    /**
     * @param message names field, value and remedy
     */
    public RefusedUpdate(Refusal refusal, String message) {
        super(message, null, false, false);
        this.refusal = refusal;
    }

    /** Why, for a program. */
    public Refusal refusal() {
        return refusal;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

/** A write that lost against somebody else's: read again. */
public final class StaleRecord extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Names the record. */
    public StaleRecord(String name) {
        super("record " + name + " was changed by another key server on the same store");
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

/** What members may do with a TEK (SA_DIRECTION, RFC 6407, section 5.5.1.1.2). */
public enum SaDirection {
    /** Send and receive. */
    BOTH("both"),

    /**
     * Receive alone: members send in clear and take both, while a group moves from clear text to
     * encryption.
     */
    RECEIVE_ONLY("receive-only");

    private final String text;

    SaDirection(String text) {
        this.text = text;
    }

    /** As status shows it. */
    public String text() {
        return text;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

/** The offer holds no suite that is accepted here; the message says what was offered. */
final class NoProposalChosen extends Exception {
    private static final long serialVersionUID = 1L;

    private final int doi;

    NoProposalChosen(String message, int doi) {
        super(message, null, false, false);
        this.doi = doi;
    }

    /** The DOI of the offer, which the refusal repeats. */
    int doi() {
        return doi;
    }
}

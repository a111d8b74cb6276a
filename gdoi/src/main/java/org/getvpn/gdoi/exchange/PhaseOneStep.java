// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

/** What follows from work that was done for Phase 1: a message, more work, or nothing. */
final class PhaseOneStep {
    private final byte[] message;
    private final Computation work;

    private PhaseOneStep(byte[] message, Computation work) {
        this.message = message;
        this.work = work;
    }

    static PhaseOneStep send(byte[] message) {
        return new PhaseOneStep(message, null);
    }

    static PhaseOneStep compute(Computation work) {
        return new PhaseOneStep(null, work);
    }

    static PhaseOneStep none() {
        return new PhaseOneStep(null, null);
    }

    /** To be sent, or null. */
    byte[] message() {
        return message;
    }

    /** To be done, or null. */
    Computation work() {
        return work;
    }
}

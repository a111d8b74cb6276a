// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import org.getvpn.gdoi.policy.GroupDownload;

/** What comes next in GROUPKEY-PULL: a message to send, work to do, or the end; or nothing. */
final class PullStep {
    private final byte[] message;
    private final Computation work;
    private final GroupDownload download;

    private PullStep(byte[] message, Computation work, GroupDownload download) {
        this.message = message;
        this.work = work;
        this.download = download;
    }

    static PullStep send(byte[] message) {
        return new PullStep(message, null, null);
    }

    static PullStep compute(Computation work) {
        return new PullStep(null, work, null);
    }

    static PullStep end(GroupDownload download) {
        return new PullStep(null, null, download);
    }

    static PullStep nothing() {
        return new PullStep(null, null, null);
    }

    /** Null if there is none. */
    byte[] message() {
        return message;
    }

    /** Null if there is none. */
    Computation work() {
        return work;
    }

    /** Null before the end. */
    GroupDownload download() {
        return download;
    }
}

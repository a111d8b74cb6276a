// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.projectfloodlight.openflow.protocol.OFFlowStatsEntry;
import org.projectfloodlight.openflow.protocol.OFFlowStatsReply;
import org.projectfloodlight.openflow.protocol.OFStatsReplyFlags;

/** One answer of a switch to "what flow entries do you hold", which comes in several messages. */
final class TableAnswer {
    private final long xid;
    private final long askedAtNanos;
    private final List<OFFlowStatsEntry> entries = new ArrayList<>();

    TableAnswer(long xid, long askedAtNanos) {
        this.xid = xid;
        this.askedAtNanos = askedAtNanos;
    }

    /** Whether the question is older than {@code nanos}, so that it may be asked anew. */
    boolean olderThan(long nanos, long nowNanos) {
        return nowNanos - askedAtNanos > nanos;
    }

    /**
     * Adds one part; the whole answer once the last part is here, nothing for another question's.
     */
    synchronized Optional<List<OFFlowStatsEntry>> add(OFFlowStatsReply part) {
        if (part.getXid() != xid) {
            return Optional.empty();
        }
        entries.addAll(part.getEntries());
        return part.getFlags().contains(OFStatsReplyFlags.REPLY_MORE)
                ? Optional.empty()
                : Optional.of(List.copyOf(entries));
    }
}

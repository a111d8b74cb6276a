// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.List;

/** A group as it stands now. */
public final class GroupStatus {
    private final String name;
    private final String id;
    private final List<PolicyLine> lines;
    private final String transform;
    private final int members;
    private final long rekeys;
    private final long rekeySequence;
    private final long secondsToRekey;
    private final String health;
    private final List<String> evicted;
    private final ReplayPolicy replay;
    private final long pseudotimeMillis;

    /** Carries what the accessors of the same names tell. */
    public GroupStatus(
            String name,
            String id,
            List<PolicyLine> lines,
            String transform,
            int members,
            long rekeys,
            long rekeySequence,
            long secondsToRekey,
            String health,
            List<String> evicted,
            ReplayPolicy replay,
            long pseudotimeMillis) {
        this.replay = replay;
        this.pseudotimeMillis = pseudotimeMillis;
        this.name = name;
        this.id = id;
        this.lines = List.copyOf(lines);
        this.transform = transform;
        this.members = members;
        this.rekeys = rekeys;
        this.rekeySequence = rekeySequence;
        this.secondsToRekey = secondsToRekey;
        this.health = health;
        this.evicted = List.copyOf(evicted);
    }

    /** The configured name. */
    public String name() {
        return name;
    }

    /** Group number or address, as members name it. */
    public String id() {
        return id;
    }

    /** Ordered policy in force. */
    public List<PolicyLine> lines() {
        return lines;
    }

    /** ESP transform of new keys, for example aes-gcm-256. */
    public String transform() {
        return transform;
    }

    /** Members that registered and were not removed. */
    public int members() {
        return members;
    }

    /** Rekeys sent since the group was created. */
    public long rekeys() {
        return rekeys;
    }

    /** Last sequence number used under the present KEK. */
    public long rekeySequence() {
        return rekeySequence;
    }

    /** Until the next planned rekey. */
    public long secondsToRekey() {
        return secondsToRekey;
    }

    /** ok, or what is wrong in a sentence. */
    public String health() {
        return health;
    }

    /** Addresses of members that were put out and not readmitted, in numbers. */
    public List<String> evicted() {
        return evicted;
    }

    /** Whether packets under new keys carry a time. */
    public ReplayPolicy replay() {
        return replay;
    }

    /** The group's pseudotime now, in milliseconds; 0 without one. */
    public long pseudotimeMillis() {
        return pseudotimeMillis;
    }
}

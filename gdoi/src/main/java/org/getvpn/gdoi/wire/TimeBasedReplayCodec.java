// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.policy.TimeBasedReplay;

/**
 * Between {@link TimeBasedReplay} and four private attributes of GAP, sent only to peers that
 * announced {@link VendorId#DELAY_DETECTION} or this project (draft-weis-delay-detection-03,
 * section 4, leaves the numbers open; the pseudotime is ours).
 */
final class TimeBasedReplayCodec {
    /** Type of the header with POSIX time. */
    static final int TYPE_POSIX_TIME = 1;

    /** Type of the header with pseudotime: private use of the draft. */
    static final int TYPE_PSEUDOTIME = 129;

    private static final int MICROSECONDS_PER_SECOND = 1_000_000;

    private TimeBasedReplayCodec() {}

    /**
     * What the policy says; empty if it says nothing about time.
     *
     * @throws MalformedPayload for a part without the others, another type, or a wrong length
     */
    static Optional<TimeBasedReplay> read(GroupAssociatedPolicy policy) throws MalformedPayload {
        List<DataAttribute> attributes = DataAttribute.eachOnce("GAP", policy.attributes());
        DataAttribute type = find(attributes, GroupAssociatedPolicy.D3P_TYPE);
        DataAttribute window = find(attributes, GroupAssociatedPolicy.D3P_WINDOW_SIZE);
        DataAttribute time = find(attributes, GroupAssociatedPolicy.PSEUDOTIME);
        DataAttribute epoch = find(attributes, GroupAssociatedPolicy.PSEUDOTIME_EPOCH);
        if (type == null) {
            if (window != null || time != null || epoch != null) {
                throw new MalformedPayload("GAP: anti-replay window or time without a D3P type");
            }
            return Optional.empty();
        }
        if (window == null || window.value().length != Integer.BYTES || window.number() == 0) {
            throw new MalformedPayload("GAP: D3P type without a window of 4 octets above 0");
        }
        if (type.number() == TYPE_POSIX_TIME) {
            return Optional.of(TimeBasedReplay.ofPosixTime(window.number()));
        }
        if (type.number() != TYPE_PSEUDOTIME) {
            throw new MalformedPayload("GAP: D3P type " + type.number() + ", 1 or 129 expected");
        }
        if (time == null || epoch == null || epoch.value().length != TimeBasedReplay.EPOCH_OCTETS) {
            throw new MalformedPayload("GAP: pseudotime without its value or its epoch");
        }
        return Optional.of(
                TimeBasedReplay.ofPseudotime(window.number(), microseconds(time), epoch.value()));
    }

    private static long microseconds(DataAttribute time) throws MalformedPayload {
        WireReader in = new WireReader("GAP pseudotime", time.value());
        long seconds = Integer.toUnsignedLong(in.u32());
        long microseconds = Integer.toUnsignedLong(in.u32());
        in.end();
        if (microseconds >= MICROSECONDS_PER_SECOND) {
            throw in.malformed(microseconds + " microseconds");
        }
        return seconds * MICROSECONDS_PER_SECOND + microseconds;
    }

    private static DataAttribute find(List<DataAttribute> attributes, int type) {
        for (DataAttribute attribute : attributes) {
            if (attribute.type() == type) {
                return attribute;
            }
        }
        return null;
    }

    /** The attributes for a GAP payload. */
    static List<DataAttribute> write(TimeBasedReplay replay) {
        boolean pseudotime = replay.clock() == TimeBasedReplay.Clock.PSEUDOTIME;
        List<DataAttribute> attributes = new ArrayList<>();
        attributes.add(
                DataAttribute.basic(
                        GroupAssociatedPolicy.D3P_TYPE,
                        pseudotime ? TYPE_PSEUDOTIME : TYPE_POSIX_TIME));
        attributes.add(
                DataAttribute.variable32(
                        GroupAssociatedPolicy.D3P_WINDOW_SIZE, replay.windowMilliseconds()));
        if (pseudotime) {
            long time = replay.pseudotimeMicroseconds();
            attributes.add(
                    DataAttribute.variable(
                            GroupAssociatedPolicy.PSEUDOTIME,
                            new WireWriter()
                                    .u32(time / MICROSECONDS_PER_SECOND)
                                    .u32(time % MICROSECONDS_PER_SECOND)
                                    .toByteArray()));
            attributes.add(
                    DataAttribute.variable(GroupAssociatedPolicy.PSEUDOTIME_EPOCH, replay.epoch()));
        }
        return attributes;
    }
}

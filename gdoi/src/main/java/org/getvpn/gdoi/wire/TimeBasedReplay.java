// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Time-based anti-replay as a group's policy: four private attributes of GAP, sent only to peers
 * that announced {@link VendorId#DELAY_DETECTION} or this project (draft-weis-delay-detection-03,
 * section 4, leaves the numbers open; the pseudotime is ours).
 */
public final class TimeBasedReplay {
    /** Clock of the header: the sender's POSIX time. */
    public static final int TYPE_POSIX_TIME = 1;

    /** Clock of the header: a pseudotime that the key server keeps. Private use of the draft. */
    public static final int TYPE_PSEUDOTIME = 129;

    private static final int EPOCH_OCTETS = 8;
    private static final int MICROSECONDS_PER_SECOND = 1_000_000;

    private final int type;
    private final long windowMilliseconds;
    private final long pseudotimeMicroseconds;
    private final byte[] epoch;

    private TimeBasedReplay(int type, long window, long pseudotime, byte[] epoch) {
        this.type = type;
        this.windowMilliseconds = window;
        this.pseudotimeMicroseconds = pseudotime;
        this.epoch = epoch;
    }

    /**
     * With the senders' own clocks.
     *
     * @param windowMilliseconds total width of the window, 1 to 2^32-1
     */
    public static TimeBasedReplay ofPosixTime(long windowMilliseconds) {
        return checked(TYPE_POSIX_TIME, windowMilliseconds, 0, new byte[0]);
    }

    /**
     * With the key server's pseudotime.
     *
     * @param windowMilliseconds total width of the window, 1 to 2^32-1
     * @param pseudotimeMicroseconds when the message is handed to the socket, below 2^32 seconds
     * @param epoch 8 octets that name the line of pseudotime
     */
    public static TimeBasedReplay ofPseudotime(
            long windowMilliseconds, long pseudotimeMicroseconds, byte[] epoch) {
        if (epoch.length != EPOCH_OCTETS) {
            throw new IllegalArgumentException("pseudotime epoch of " + epoch.length + " octets");
        }
        return checked(TYPE_PSEUDOTIME, windowMilliseconds, pseudotimeMicroseconds, epoch.clone());
    }

    private static TimeBasedReplay checked(int type, long window, long pseudotime, byte[] epoch) {
        if (window < 1 || window >>> 32 != 0) {
            throw new IllegalArgumentException("anti-replay window of " + window + " ms");
        }
        if (pseudotime < 0 || pseudotime / MICROSECONDS_PER_SECOND >>> 32 != 0) {
            throw new IllegalArgumentException("pseudotime of " + pseudotime + " microseconds");
        }
        return new TimeBasedReplay(type, window, pseudotime, epoch);
    }

    /**
     * What the policy says; empty if it says nothing about time.
     *
     * @throws MalformedPayload for a part without the others, another type, or a wrong length
     */
    public static Optional<TimeBasedReplay> read(GroupAssociatedPolicy policy)
            throws MalformedPayload {
        List<DataAttribute> attributes = DataAttribute.eachOnce("GAP", policy.attributes());
        DataAttribute type = find(attributes, GroupAssociatedPolicy.D3P_TYPE);
        if (type == null) {
            return Optional.empty();
        }
        DataAttribute window = find(attributes, GroupAssociatedPolicy.D3P_WINDOW_SIZE);
        if (window == null || window.value().length != Integer.BYTES || window.number() == 0) {
            throw new MalformedPayload("GAP: D3P type without a window of 4 octets above 0");
        }
        if (type.number() == TYPE_POSIX_TIME) {
            return Optional.of(ofPosixTime(window.number()));
        }
        if (type.number() != TYPE_PSEUDOTIME) {
            throw new MalformedPayload("GAP: D3P type " + type.number() + ", 1 or 129 expected");
        }
        DataAttribute time = find(attributes, GroupAssociatedPolicy.PSEUDOTIME);
        DataAttribute epoch = find(attributes, GroupAssociatedPolicy.PSEUDOTIME_EPOCH);
        if (time == null || epoch == null || epoch.value().length != EPOCH_OCTETS) {
            throw new MalformedPayload("GAP: pseudotime without its value or its epoch");
        }
        WireReader in = new WireReader("GAP pseudotime", time.value());
        long seconds = Integer.toUnsignedLong(in.u32());
        long microseconds = Integer.toUnsignedLong(in.u32());
        in.end();
        if (microseconds >= MICROSECONDS_PER_SECOND) {
            throw in.malformed(microseconds + " microseconds");
        }
        return Optional.of(
                ofPseudotime(
                        window.number(),
                        seconds * MICROSECONDS_PER_SECOND + microseconds,
                        epoch.value()));
    }

    private static DataAttribute find(List<DataAttribute> attributes, int type) {
        for (DataAttribute attribute : attributes) {
            if (attribute.type() == type) {
                return attribute;
            }
        }
        return null;
    }

    /** The attributes for GAP. */
    public List<DataAttribute> write() {
        List<DataAttribute> attributes = new ArrayList<>();
        attributes.add(DataAttribute.basic(GroupAssociatedPolicy.D3P_TYPE, type));
        attributes.add(
                DataAttribute.variable32(
                        GroupAssociatedPolicy.D3P_WINDOW_SIZE, windowMilliseconds));
        if (type == TYPE_PSEUDOTIME) {
            attributes.add(
                    DataAttribute.variable(
                            GroupAssociatedPolicy.PSEUDOTIME,
                            new WireWriter()
                                    .u32(pseudotimeMicroseconds / MICROSECONDS_PER_SECOND)
                                    .u32(pseudotimeMicroseconds % MICROSECONDS_PER_SECOND)
                                    .toByteArray()));
            attributes.add(DataAttribute.variable(GroupAssociatedPolicy.PSEUDOTIME_EPOCH, epoch));
        }
        return attributes;
    }

    /** {@link #TYPE_POSIX_TIME} or {@link #TYPE_PSEUDOTIME}. */
    public int type() {
        return type;
    }

    /** Total width: a packet is accepted up to half of it before and behind the receiver's time. */
    public long windowMilliseconds() {
        return windowMilliseconds;
    }

    /** 0 with POSIX time. */
    public long pseudotimeMicroseconds() {
        return pseudotimeMicroseconds;
    }

    /** 8 octets, a copy; none with POSIX time. */
    public byte[] epoch() {
        return epoch.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TimeBasedReplay
                && write().equals(((TimeBasedReplay) other).write());
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(pseudotimeMicroseconds) + Arrays.hashCode(epoch);
    }
}

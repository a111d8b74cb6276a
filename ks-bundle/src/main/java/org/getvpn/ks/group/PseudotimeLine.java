// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.Arrays;
import org.getvpn.gdoi.policy.TimeBasedReplay;

/**
 * A line of pseudotime: 0 where it began, then as fast as the machine's own clock, which nobody can
 * set. It ends with the run of the machine, because nobody knows how long that was down: after a
 * boot another line begins, under another name, and no key is used with both. Immutable.
 */
final class PseudotimeLine {
    private static final int MICROS_PER_MILLI = 1000;

    private final byte[] epoch;
    private final String bootId;
    private final long beganMillis;

    /**
     * @param epoch 8 random octets that name the line
     * @param bootId of the run of the machine
     * @param beganMillis uptime at which the pseudotime was 0
     */
    PseudotimeLine(byte[] epoch, String bootId, long beganMillis) {
        if (epoch.length != TimeBasedReplay.EPOCH_OCTETS) {
            throw new IllegalArgumentException("epoch of " + epoch.length + " octets");
        }
        this.epoch = epoch.clone();
        this.bootId = bootId;
        this.beganMillis = beganMillis;
    }

    byte[] epoch() {
        return epoch.clone();
    }

    String bootId() {
        return bootId;
    }

    long beganMillis() {
        return beganMillis;
    }

    boolean isNamed(byte[] name) {
        return Arrays.equals(epoch, name);
    }

    /** Whether it goes on in this run of the machine. */
    boolean goesOnIn(MachineTime machine) {
        return bootId.equals(machine.bootId());
    }

    /** The pseudotime at a group time, in microseconds. */
    long micros(MachineTime machine, long now) {
        return Math.max(0, machine.uptimeMillis(now) - beganMillis) * MICROS_PER_MILLI;
    }

    void write(RecordWriter writer) {
        writer.octets(epoch).text(bootId).number64(beganMillis);
    }

    static PseudotimeLine read(RecordReader reader) {
        return new PseudotimeLine(reader.octets(), reader.text(), reader.number64());
    }
}

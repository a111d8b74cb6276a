// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

/**
 * What identifies an entry of a table: values under masks, and the priority. Bits outside the masks
 * are zero.
 *
 * @param high first 64 bits of the values, by {@link TableShape.Field#high}
 * @param low last 64 bits of the values
 * @param maskHigh first 64 bits of the masks
 * @param maskLow last 64 bits of the masks
 * @param priority 1 to 2^31-1, higher goes first; 0 in a table without ternary fields
 */
public record MatchKey(long high, long low, long maskHigh, long maskLow, int priority) {
    /** Whether a packet's key matches. */
    public boolean matches(long packetHigh, long packetLow) {
        return (packetHigh & maskHigh) == high && (packetLow & maskLow) == low;
    }
}

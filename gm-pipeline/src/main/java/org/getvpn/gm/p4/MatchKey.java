// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import java.math.BigInteger;

/**
 * What identifies an entry of a table: values under masks, and the priority. Bits outside the masks
 * are zero.
 *
 * @param values of the fields, each where {@link TableShape.Field#key} puts it
 * @param masks likewise
 * @param priority 1 to 2^31-1, higher goes first; 0 in a table without ternary fields
 */
public record MatchKey(BigInteger values, BigInteger masks, int priority) {
    /** Whether a packet's key matches. */
    public boolean matches(BigInteger packet) {
        return packet.and(masks).equals(values);
    }
}

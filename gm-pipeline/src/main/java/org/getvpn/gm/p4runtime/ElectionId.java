// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import p4.v1.P4RuntimeOuterClass.Uint128;

/**
 * A controller's rank: 128 bits, the highest is primary.
 *
 * @param high first 64 bits, unsigned
 * @param low last 64 bits, unsigned
 */
record ElectionId(long high, long low) implements Comparable<ElectionId> {
    static ElectionId of(Uint128 message) {
        return new ElectionId(message.getHigh(), message.getLow());
    }

    Uint128 message() {
        return Uint128.newBuilder().setHigh(high).setLow(low).build();
    }

    @Override
    public int compareTo(ElectionId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }
}

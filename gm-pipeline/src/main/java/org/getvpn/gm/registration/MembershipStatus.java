// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.util.List;
import java.util.Map;

/**
 * A membership at one instant, without any key.
 *
 * @param group number or address
 * @param keyServer whom it is registered with, or else is tried; empty before the first attempt
 * @param teks oldest first
 * @param kekRemainingSeconds lifetime left of the key of rekey messages; 0 for none
 * @param senderIds value/bits
 * @param lastFailure why the latest attempt failed; empty after a success
 * @param replay how packets are judged by their time, and what time it is, in words
 * @param counters since start, by name
 */
public record MembershipStatus(
        MemberState state,
        String group,
        String keyServer,
        List<TekStatus> teks,
        long kekRemainingSeconds,
        List<String> senderIds,
        String lastFailure,
        String replay,
        Map<String, Long> counters) {

    /**
     * A TEK without its key.
     *
     * @param spi 0x and eight hexadecimal digits
     * @param remainingSeconds until it is gone
     */
    public record TekStatus(String spi, TekStage stage, long remainingSeconds) {}
}

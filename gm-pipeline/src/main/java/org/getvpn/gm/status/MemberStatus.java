// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * What a group member tells about itself; the field names are those of the JSON.
 *
 * @param version of the program
 * @param state REGISTERING, WAITING, REGISTERED or REREGISTERING
 * @param group number or address
 * @param keyServer address:port, or empty
 * @param crypto who computes AES-GCM: ipsec-mb and by which instructions, or jdk and why
 * @param io how frames of the interface towards the WAN come and go: xdp and in which mode, or mmsg
 *     and why
 * @param workers packet threads of each direction: how many frames each has read since the start;
 *     empty for a switch, where one thread does all
 * @param teks oldest first
 * @param kekRemainingSeconds lifetime left of the key of rekey messages; 0 for none
 * @param senderIds value/bits
 * @param lastFailure why the latest attempt to register failed; empty after a success
 * @param replay none, or how packets are judged by their time and what time it is, in words
 * @param counters since start, by name
 * @param drops packets dropped since start, by drop reason; every reason, zeros too
 * @param p4Switch of a member that is a switch too; else null, and not in the JSON
 */
public record MemberStatus(
        String version,
        String state,
        String group,
        String keyServer,
        String crypto,
        String io,
        List<Long> workers,
        List<TekStatus> teks,
        long kekRemainingSeconds,
        List<String> senderIds,
        String lastFailure,
        String replay,
        Map<String, Long> counters,
        Map<String, Long> drops,
        @JsonInclude(JsonInclude.Include.NON_NULL) SwitchStatus p4Switch) {

    /**
     * A TEK without its key.
     *
     * @param spi 0x and eight hexadecimal digits
     * @param stage RECEIVABLE, SENDABLE or RETIRING
     * @param remainingSeconds until it is gone
     */
    public record TekStatus(String spi, String stage, long remainingSeconds) {}
}

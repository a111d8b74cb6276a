// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.status;

import java.util.Map;

/**
 * What a member that is a switch too tells of that; the field names are those of the JSON.
 *
 * @param p4runtime address:port that controllers connect to
 * @param deviceId what controllers call it
 * @param hasController whether one is primary
 * @param ports interface names by port number
 * @param tableEntries number of entries by table, in the order of the P4 program
 * @param counters since start, by name
 * @param drops packets that the switch dropped since start, by reason; every reason, zeros too
 */
public record SwitchStatus(
        String p4runtime,
        long deviceId,
        boolean hasController,
        Map<Integer, String> ports,
        Map<String, Integer> tableEntries,
        Map<String, Long> counters,
        Map<String, Long> drops) {}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.wire.Quirk;
import org.getvpn.gm.sa.MemberMode;

/**
 * What a membership needs to know.
 *
 * @param local control address and UDP port
 * @param keyServers tried in order, at least one
 * @param quirks deviations of the key servers that are tolerated
 * @param mode what to do while the group receives only
 * @param firstRetry wait after the first round without success
 * @param longestRetry the longest wait
 */
public record MembershipSettings(
        GroupId group,
        Endpoint local,
        List<Endpoint> keyServers,
        Set<Quirk> quirks,
        MemberMode mode,
        Duration firstRetry,
        Duration longestRetry) {
    /** Copies the lists. */
    public MembershipSettings {
        keyServers = List.copyOf(keyServers);
        quirks = Set.copyOf(quirks);
    }
}

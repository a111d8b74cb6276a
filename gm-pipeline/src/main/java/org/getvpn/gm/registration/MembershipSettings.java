// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.time.Duration;
import java.util.List;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.policy.GroupId;

/**
 * What a membership needs to know.
 *
 * @param local control address and UDP port
 * @param keyServers tried in order, at least one
 * @param firstRetry wait after the first round without success
 * @param longestRetry the longest wait
 */
public record MembershipSettings(
        GroupId group,
        Endpoint local,
        List<Endpoint> keyServers,
        Duration firstRetry,
        Duration longestRetry) {
    /** Copies the lists. */
    public MembershipSettings {
        keyServers = List.copyOf(keyServers);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.util.List;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.TrafficRule;

/**
 * Everything that the packet path needs to know of the group, complete each time.
 *
 * @param teks oldest first; at most one is SENDABLE; empty means that nothing protected may pass
 * @param rules ordered, the first match decides; empty while there is no membership: drop all
 * @param senderIds given to this member alone by its latest registration
 */
public record TrafficKeys(List<StagedTek> teks, List<TrafficRule> rules, List<SenderId> senderIds) {
    /** No membership: everything is dropped. */
    public static final TrafficKeys NONE = new TrafficKeys(List.of(), List.of(), List.of());

    /** Copies the lists. */
    public TrafficKeys {
        teks = List.copyOf(teks);
        rules = List.copyOf(rules);
        senderIds = List.copyOf(senderIds);
    }
}

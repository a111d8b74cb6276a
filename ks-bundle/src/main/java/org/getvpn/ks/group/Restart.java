// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;

/**
 * What a restart changes about a group's keys: switches may not have heard of an ANNOUNCED key
 * before the end, so that their time begins anew. All other instants were told to members and stay.
 * A pseudotime of an earlier run of the machine has ended.
 */
final class Restart {
    private Restart() {}

    static GroupState resume(GroupState state, GroupPolicy policy, MachineTime machine, long now) {
        long end =
                state.tek(KeyStage.SENDABLE)
                        .map(TekState::expiresMillis)
                        .orElse(Long.MAX_VALUE / 2);
        long wait = new RekeySchedule(policy).preparation(now, end);
        boolean goesOn = state.line().filter(line -> line.goesOnIn(machine)).isPresent();
        GroupState timed = goesOn ? state : state.withLine(null);
        return timed.tek(KeyStage.ANNOUNCED)
                .map(tek -> timed.withTek(tek.at(KeyStage.ANNOUNCED, now + wait)))
                .orElse(timed);
    }
}

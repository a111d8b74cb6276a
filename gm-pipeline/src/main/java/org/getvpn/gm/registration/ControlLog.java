// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The member's log lines, with fixed field names. A complaint is written once in ten seconds; the
 * next line tells how often it was held back.
 */
final class ControlLog {
    private static final Logger LOG = LoggerFactory.getLogger("org.getvpn.gm");
    private static final Duration QUIET = Duration.ofSeconds(10);
    private static final int MOST_REASONS = 64;

    private static final class Held {
        private Ticks quietUntil;
        private long count;
    }

    private final GroupId group;
    private final Endpoint member;
    private final Map<String, Held> complaints =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Held> eldest) {
                    return size() > MOST_REASONS;
                }
            };

    ControlLog(GroupId group, Endpoint member) {
        this.group = group;
        this.member = member;
    }

    /** Something changed. */
    void tell(String stage, String what) {
        LOG.info(
                "group={} member={} stage={} {}",
                group,
                member.address().getHostAddress(),
                stage,
                what);
    }

    /** Of interest to who looks for it: everybody on the network can cause it. */
    void detail(String stage, String reason) {
        LOG.debug("group={} stage={} reason=\"{}\"", group, stage, reason);
    }

    /** Something went wrong; rate limited by stage and reason. */
    void complain(String stage, String reason, Ticks now) {
        Held held = complaints.computeIfAbsent(stage + reason, key -> new Held());
        if (held.quietUntil != null && now.isBefore(held.quietUntil)) {
            held.count++;
            return;
        }
        LOG.warn(
                "group={} member={} stage={} reason=\"{}\"{}",
                group,
                member.address().getHostAddress(),
                stage,
                reason,
                held.count == 0 ? "" : " repeated=" + held.count);
        held.quietUntil = now.plus(QUIET);
        held.count = 0;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.getvpn.app.config.Site;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.policy.Migration;
import org.getvpn.app.policy.SitePolicy;

/** How a site's switch stands, by read-back. */
public final class SiteState {
    /** What the switch does for the site now. */
    public enum Phase {
        /** every desired rule was read back */
        ENFORCED,
        /** rules are being installed */
        INSTALLING,
        /** the switch is not connected to this controller; what it holds stays */
        OFFLINE;

        /** As shown to people. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Site site;
    private final Migration migration;
    private final Phase phase;
    private final int desired;
    private final int confirmed;
    private final List<String> missing;
    private final List<String> unknown;
    private final List<String> conflicts;
    private final Map<String, Long> drops;
    private final Map<String, Long> passed;

    /**
     * @param policy of the site
     * @param desired how many rules the switch shall hold
     * @param confirmed how many of them were read back
     * @param missing desired, not read back, in words
     * @param unknown ours, on the switch, not desired
     * @param conflicts others' rules on the site's ports
     * @param drops packets by reason
     * @param passed packets by purpose of the rule
     */
    public SiteState(
            SitePolicy policy,
            Phase phase,
            int desired,
            int confirmed,
            List<String> missing,
            List<String> unknown,
            List<String> conflicts,
            Map<String, Long> drops,
            Map<String, Long> passed) {
        this.site = policy.site();
        this.migration = policy.migration();
        this.phase = Objects.requireNonNull(phase);
        this.desired = desired;
        this.confirmed = confirmed;
        this.missing = List.copyOf(missing);
        this.unknown = List.copyOf(unknown);
        this.conflicts = List.copyOf(conflicts);
        this.drops = drops;
        this.passed = passed;
    }

    /** As configured. */
    public Site site() {
        return site;
    }

    /** What passes in clear of what PROTECT lines name. */
    public Migration migration() {
        return migration;
    }

    /** Packets of PROTECT lines that left the site in clear since its switch opened. */
    public long leftInClear() {
        return passed.getOrDefault(PolicyRule.CLEAR_LEAVING, 0L);
    }

    /** Packets of PROTECT lines that arrived in clear since its switch opened. */
    public long arrivedInClear() {
        return passed.getOrDefault(PolicyRule.CLEAR_ARRIVING, 0L);
    }

    /** What the switch does for the site now. */
    public Phase phase() {
        return phase;
    }

    /** How many rules the switch shall hold. */
    public int desired() {
        return desired;
    }

    /** How many of them were read back. */
    public int confirmed() {
        return confirmed;
    }

    /** Desired, not read back, in words. */
    public List<String> missing() {
        return missing;
    }

    /** Ours, on the switch, not desired. */
    public List<String> unknown() {
        return unknown;
    }

    /** Others' rules on the site's ports. */
    public List<String> conflicts() {
        return conflicts;
    }

    /** Packets dropped, by reason, every reason listed. */
    public Map<String, Long> drops() {
        return drops;
    }

    /** Packets let through, by purpose of the rule. */
    public Map<String, Long> passed() {
        return passed;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.getvpn.app.policy.DropReason;
import org.onosproject.net.flow.FlowRule;

/** A flow rule with what it is for, so that its counter has a name. */
public final class PolicyRule {
    /** Purpose of the rules that count what a site's member sends to the others. */
    public static final String ESP_TO_WAN = "ESP to the WAN";

    /** Purpose of the rules that count what leaves in clear while the group migrates. */
    public static final String CLEAR_LEAVING = "clear text to the WAN, migration";

    /** Purpose of the rules that count what arrives in clear while the group migrates. */
    public static final String CLEAR_ARRIVING = "clear text from the WAN, migration";

    private final FlowRule rule;
    private final Stage stage;
    private final Optional<DropReason> reason;
    private final String site;
    private final String purpose;
    private final OptionalInt spi;

    private PolicyRule(
            FlowRule rule,
            Stage stage,
            Optional<DropReason> reason,
            String site,
            String purpose,
            OptionalInt spi) {
        this.rule = Objects.requireNonNull(rule);
        this.stage = stage;
        this.reason = reason;
        this.site = Objects.requireNonNull(site);
        this.purpose = Objects.requireNonNull(purpose);
        this.spi = spi;
    }

    /** A rule that drops. */
    public static PolicyRule guard(FlowRule rule, DropReason reason, String site, String purpose) {
        return new PolicyRule(
                rule, Stage.GUARD, Optional.of(reason), site, purpose, OptionalInt.empty());
    }

    /** A rule that lets something through. */
    public static PolicyRule permit(FlowRule rule, String site, String purpose) {
        return new PolicyRule(
                rule, Stage.PERMIT, Optional.empty(), site, purpose, OptionalInt.empty());
    }

    /**
     * A rule that lets ESP with one SPI through.
     *
     * @param spi unsigned 32 bits in an int
     */
    public static PolicyRule announcing(FlowRule rule, int spi, String site, String purpose) {
        return new PolicyRule(
                rule, Stage.PERMIT, Optional.empty(), site, purpose, OptionalInt.of(spi));
    }

    /** What the switch gets. */
    public FlowRule rule() {
        return rule;
    }

    /** When it may be installed. */
    public Stage stage() {
        return stage;
    }

    /** Why it drops; empty if it does not. */
    public Optional<DropReason> reason() {
        return reason;
    }

    /** Name of the site that it serves; empty for the switch as a whole. */
    public String site() {
        return site;
    }

    /** What it is for, in a few words. */
    public String purpose() {
        return purpose;
    }

    /** The SPI that it lets through, unsigned 32 bits; empty if it knows none. */
    public OptionalInt spi() {
        return spi;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.List;
import java.util.Objects;

/**
 * A group as configured: who may join, what is protected and how. Netcfg and YAML parse into this.
 */
public final class GroupPolicy {
    private final String name;
    private final String id;
    private final List<PolicyLine> lines;
    private final String transform;
    private final MemberAuthorisation authorisation;
    private final long tekLifetimeSeconds;
    private final long kekLifetimeSeconds;
    private final int activationDelaySeconds;
    private final int deactivationDelaySeconds;
    private final int senderIdBits;
    private final boolean switchOnlyExceptions;
    private final RekeyAcknowledgement rekeyAcknowledgement;
    private final MemberDialect dialect;
    private final TrafficLimit trafficLimit;
    private final boolean keyTree;

    /**
     * @param name 1 to 64 of {@code a-z 0-9 . _ -}
     * @param id 0 to 4294967295, or a dotted IPv4 address
     * @param lines ordered; at least one PROTECT
     * @param transform {@code aes-gcm-128} or {@code aes-gcm-256}
     * @param authorisation who may join; nobody else is admitted
     * @param tekLifetimeSeconds 10 to 2592000
     * @param kekLifetimeSeconds at least the TEK's lifetime, to 2592000
     * @param activationDelaySeconds before members send with a new TEK, 0 to 900
     * @param deactivationDelaySeconds until an old TEK is no longer received, at least the
     *     activation delay
     * @param senderIdBits 8, 12, 16, 24 or 32
     * @param switchOnlyExceptions whether peers that cannot take BYPASS and DROP lines may join
     * @param rekeyAcknowledgement what members are asked for; holds for KEKs made from now on
     */
    public GroupPolicy(
            String name,
            String id,
            List<PolicyLine> lines,
            String transform,
            MemberAuthorisation authorisation,
            long tekLifetimeSeconds,
            long kekLifetimeSeconds,
            int activationDelaySeconds,
            int deactivationDelaySeconds,
            int senderIdBits,
            boolean switchOnlyExceptions,
            RekeyAcknowledgement rekeyAcknowledgement) {
        this(
                name,
                id,
                lines,
                transform,
                authorisation,
                tekLifetimeSeconds,
                kekLifetimeSeconds,
                activationDelaySeconds,
                deactivationDelaySeconds,
                senderIdBits,
                switchOnlyExceptions,
                rekeyAcknowledgement,
                MemberDialect.STANDARD,
                TrafficLimit.NONE,
                false);
    }

    private GroupPolicy(
            String name,
            String id,
            List<PolicyLine> lines,
            String transform,
            MemberAuthorisation authorisation,
            long tekLifetimeSeconds,
            long kekLifetimeSeconds,
            int activationDelaySeconds,
            int deactivationDelaySeconds,
            int senderIdBits,
            boolean switchOnlyExceptions,
            RekeyAcknowledgement rekeyAcknowledgement,
            MemberDialect dialect,
            TrafficLimit trafficLimit,
            boolean keyTree) {
        this.keyTree = keyTree;
        this.dialect = Objects.requireNonNull(dialect);
        this.trafficLimit = Objects.requireNonNull(trafficLimit);
        this.name = Objects.requireNonNull(name);
        this.id = Objects.requireNonNull(id);
        this.lines = List.copyOf(lines);
        this.transform = Objects.requireNonNull(transform);
        this.authorisation = Objects.requireNonNull(authorisation);
        this.tekLifetimeSeconds = tekLifetimeSeconds;
        this.kekLifetimeSeconds = kekLifetimeSeconds;
        this.activationDelaySeconds = activationDelaySeconds;
        this.deactivationDelaySeconds = deactivationDelaySeconds;
        this.senderIdBits = senderIdBits;
        this.switchOnlyExceptions = switchOnlyExceptions;
        this.rekeyAcknowledgement = Objects.requireNonNull(rekeyAcknowledgement);
    }

    /** The operator's name for the group. */
    public String name() {
        return name;
    }

    /** Number or IPv4 address, as members name it. */
    public String id() {
        return id;
    }

    /** Ordered; the first match decides, no match drops. */
    public List<PolicyLine> lines() {
        return lines;
    }

    /** ESP transform. */
    public String transform() {
        return transform;
    }

    /** Who may join; nobody else is admitted. */
    public MemberAuthorisation authorisation() {
        return authorisation;
    }

    /** Addresses or prefixes that members come from. */
    public List<String> authorisedMembers() {
        return authorisation.addresses();
    }

    /** Lifetime of a TEK at birth, in seconds. */
    public long tekLifetimeSeconds() {
        return tekLifetimeSeconds;
    }

    /** Lifetime of a KEK at birth, in seconds. */
    public long kekLifetimeSeconds() {
        return kekLifetimeSeconds;
    }

    /** Seconds before members send with a new TEK. */
    public int activationDelaySeconds() {
        return activationDelaySeconds;
    }

    /** Seconds until an old TEK is no longer received. */
    public int deactivationDelaySeconds() {
        return deactivationDelaySeconds;
    }

    /** Width of sender ids. */
    public int senderIdBits() {
        return senderIdBits;
    }

    /** Whether peers that cannot take BYPASS and DROP lines may join. */
    public boolean switchOnlyExceptions() {
        return switchOnlyExceptions;
    }

    /** What members are asked to acknowledge rekeys with. */
    public RekeyAcknowledgement rekeyAcknowledgement() {
        return rekeyAcknowledgement;
    }

    /** The same for members that do not speak GDOI as RFC 6407 has it. */
    public GroupPolicy with(MemberDialect other) {
        return new GroupPolicy(
                name,
                id,
                lines,
                transform,
                authorisation,
                tekLifetimeSeconds,
                kekLifetimeSeconds,
                activationDelaySeconds,
                deactivationDelaySeconds,
                senderIdBits,
                switchOnlyExceptions,
                rekeyAcknowledgement,
                other,
                trafficLimit,
                keyTree);
    }

    /** The same with TEKs that end with what was sent under them, too. */
    public GroupPolicy with(TrafficLimit other) {
        return new GroupPolicy(
                name,
                id,
                lines,
                transform,
                authorisation,
                tekLifetimeSeconds,
                kekLifetimeSeconds,
                activationDelaySeconds,
                deactivationDelaySeconds,
                senderIdBits,
                switchOnlyExceptions,
                rekeyAcknowledgement,
                dialect,
                other,
                keyTree);
    }

    /**
     * The same with another choice of how an eviction brings new keys.
     *
     * @param tree whether the KEK is the root of a logical key hierarchy (RFC 6407, section 7.4),
     *     which every member has to understand; otherwise all others register again
     */
    public GroupPolicy withKeyTree(boolean tree) {
        return new GroupPolicy(
                name,
                id,
                lines,
                transform,
                authorisation,
                tekLifetimeSeconds,
                kekLifetimeSeconds,
                activationDelaySeconds,
                deactivationDelaySeconds,
                senderIdBits,
                switchOnlyExceptions,
                rekeyAcknowledgement,
                dialect,
                trafficLimit,
                tree);
    }

    /** Whether the KEK is the root of a logical key hierarchy. */
    public boolean keyTree() {
        return keyTree;
    }

    /** How much may be sent under one TEK. */
    public TrafficLimit trafficLimit() {
        return trafficLimit;
    }

    /** How members speak GDOI. */
    public MemberDialect dialect() {
        return dialect;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A group as configured: who may join, what is protected and how. Netcfg and YAML parse into this.
 */
public final class GroupPolicy {
    private final Builder values;

    private GroupPolicy(Builder values) {
        this.values = values;
    }

    /**
     * A group with the standard choices, into which nobody is admitted yet.
     *
     * @param name 1 to 64 of {@code a-z 0-9 . _ -}
     * @param id 0 to 4294967295, or a dotted IPv4 address
     * @param lines ordered; at least one PROTECT
     */
    public static Builder builder(String name, String id, List<PolicyLine> lines) {
        return new Builder(name, id, lines);
    }

    /** Begins a policy that differs from this one. */
    public Builder toBuilder() {
        return values.copy();
    }

    /** The operator's name for the group. */
    public String name() {
        return values.name;
    }

    /** Number or IPv4 address, as members name it. */
    public String id() {
        return values.id;
    }

    /** Ordered; the first match decides, no match drops. */
    public List<PolicyLine> lines() {
        return values.lines;
    }

    /** ESP transform. */
    public String transform() {
        return values.transform;
    }

    /** Who may join; nobody else is admitted. */
    public MemberAuthorisation authorisation() {
        return values.authorisation;
    }

    /** Addresses or prefixes that members come from. */
    public List<String> authorisedMembers() {
        return values.authorisation.addresses();
    }

    /** Lifetime of a TEK at birth, in seconds. */
    public long tekLifetimeSeconds() {
        return values.tekLifetimeSeconds;
    }

    /** How much may be sent under one TEK. */
    public TrafficLimit trafficLimit() {
        return values.trafficLimit;
    }

    /** Lifetime of a KEK at birth, in seconds. */
    public long kekLifetimeSeconds() {
        return values.kekLifetimeSeconds;
    }

    /** What rekey messages are encrypted and signed with. */
    public RekeyProtection rekeyProtection() {
        return values.rekeyProtection;
    }

    /** Seconds before members send with a new TEK. */
    public int activationDelaySeconds() {
        return values.activationDelaySeconds;
    }

    /** Seconds until an old TEK is no longer received. */
    public int deactivationDelaySeconds() {
        return values.deactivationDelaySeconds;
    }

    /** Width of sender ids. */
    public int senderIdBits() {
        return values.senderIdBits;
    }

    /** Whether peers that cannot take BYPASS and DROP lines may join. */
    public boolean switchOnlyExceptions() {
        return values.switchOnlyExceptions;
    }

    /** What members are asked to acknowledge rekeys with. */
    public RekeyAcknowledgement rekeyAcknowledgement() {
        return values.rekeyAcknowledgement;
    }

    /** How rekey messages reach members. */
    public RekeyTransport rekeyTransport() {
        return values.rekeyTransport;
    }

    /** Rekeys in a row that a member may miss before it gets no more of them. */
    public int missedRekeys() {
        return values.missedRekeys;
    }

    /** How members speak GDOI. */
    public MemberDialect dialect() {
        return values.dialect;
    }

    /** Whether the KEK is the root of a logical key hierarchy. */
    public boolean keyTree() {
        return values.keyTree;
    }

    /** Whether packets carry a time, and which. */
    public ReplayPolicy replay() {
        return values.replay;
    }

    /**
     * Until when members send in clear and receive both, on the way from clear text to encryption;
     * empty if they encrypt.
     */
    public Optional<Instant> receiveOnlyUntil() {
        return Optional.ofNullable(values.receiveOnlyUntil);
    }

    /** Collects a policy; each value has the standard one of the configuration until it is set. */
    public static final class Builder {
        private final String name;
        private final String id;
        private final List<PolicyLine> lines;
        private String transform = "aes-gcm-256";
        private MemberAuthorisation authorisation = new MemberAuthorisation(List.of(), List.of());
        private long tekLifetimeSeconds = 3600;
        private TrafficLimit trafficLimit = TrafficLimit.NONE;
        private long kekLifetimeSeconds = 86_400;
        private RekeyProtection rekeyProtection = RekeyProtection.STANDARD;
        private int activationDelaySeconds = 5;
        private int deactivationDelaySeconds = 15;
        private int senderIdBits = 24;
        private boolean switchOnlyExceptions;
        private RekeyAcknowledgement rekeyAcknowledgement = RekeyAcknowledgement.SHA256;
        private RekeyTransport rekeyTransport = RekeyTransport.UNICAST;
        private int missedRekeys = 3;
        private MemberDialect dialect = MemberDialect.STANDARD;
        private boolean keyTree;
        private ReplayPolicy replay = ReplayPolicy.NONE;
        private Instant receiveOnlyUntil; // null for never

        private Builder(String name, String id, List<PolicyLine> lines) {
            this.name = Objects.requireNonNull(name);
            this.id = Objects.requireNonNull(id);
            this.lines = List.copyOf(lines);
        }

        private Builder copy() {
            return new Builder(name, id, lines)
                    .transform(transform)
                    .authorisation(authorisation)
                    .tekLifetime(tekLifetimeSeconds)
                    .trafficLimit(trafficLimit)
                    .kekLifetime(kekLifetimeSeconds)
                    .rekeyProtection(rekeyProtection)
                    .delays(activationDelaySeconds, deactivationDelaySeconds)
                    .senderIdBits(senderIdBits)
                    .switchOnlyExceptions(switchOnlyExceptions)
                    .rekeyAcknowledgement(rekeyAcknowledgement)
                    .rekeyTransport(rekeyTransport)
                    .missedRekeys(missedRekeys)
                    .dialect(dialect)
                    .keyTree(keyTree)
                    .replay(replay)
                    .receiveOnlyUntil(receiveOnlyUntil);
        }

        /**
         * What members encrypt with.
         *
         * @param name of a transform, for example {@code aes-gcm-256}
         */
        public Builder transform(String name) {
            transform = Objects.requireNonNull(name);
            return this;
        }

        /** Who may join; nobody else is admitted. */
        public Builder authorisation(MemberAuthorisation value) {
            authorisation = Objects.requireNonNull(value);
            return this;
        }

        /**
         * How long a TEK lives.
         *
         * @param seconds 10 to 2592000
         */
        public Builder tekLifetime(long seconds) {
            tekLifetimeSeconds = seconds;
            return this;
        }

        /** TEKs end with what was sent under them, too. */
        public Builder trafficLimit(TrafficLimit value) {
            trafficLimit = Objects.requireNonNull(value);
            return this;
        }

        /**
         * How long a KEK lives.
         *
         * @param seconds at least the TEK's lifetime, to 2592000
         */
        public Builder kekLifetime(long seconds) {
            kekLifetimeSeconds = seconds;
            return this;
        }

        /** What rekey messages are encrypted and signed with; holds for KEKs made from now on. */
        public Builder rekeyProtection(RekeyProtection value) {
            rekeyProtection = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Both from the rekey message on, in seconds.
         *
         * @param activation before members send with a new TEK, 0 to 900
         * @param deactivation until an old TEK is no longer received, at least {@code activation}
         */
        public Builder delays(int activation, int deactivation) {
            activationDelaySeconds = activation;
            deactivationDelaySeconds = deactivation;
            return this;
        }

        /**
         * How wide sender ids are.
         *
         * @param bits 8, 12, 16, 24 or 32
         */
        public Builder senderIdBits(int bits) {
            senderIdBits = bits;
            return this;
        }

        /** Whether peers that cannot take BYPASS and DROP lines may join. */
        public Builder switchOnlyExceptions(boolean value) {
            switchOnlyExceptions = value;
            return this;
        }

        /** What members are asked for; holds for KEKs made from now on. */
        public Builder rekeyAcknowledgement(RekeyAcknowledgement value) {
            rekeyAcknowledgement = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Until when members send in clear and receive both.
         *
         * @param end null for a group that encrypts
         */
        public Builder receiveOnlyUntil(Instant end) {
            receiveOnlyUntil = end;
            return this;
        }

        /** How rekey messages reach members; holds for KEKs made from now on. */
        public Builder rekeyTransport(RekeyTransport value) {
            rekeyTransport = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Rekeys in a row that a member may miss.
         *
         * @param most 1 to 100
         */
        public Builder missedRekeys(int most) {
            missedRekeys = most;
            return this;
        }

        /** For members that do not speak GDOI as RFC 6407 has it. */
        public Builder dialect(MemberDialect value) {
            dialect = Objects.requireNonNull(value);
            return this;
        }

        /**
         * How an eviction brings new keys.
         *
         * @param value whether the KEK is the root of a logical key hierarchy (RFC 6407, section
         *     7.4), which every member has to understand; otherwise all others register again
         */
        public Builder keyTree(boolean value) {
            keyTree = value;
            return this;
        }

        /** Whether packets carry a time; another answer needs new TEKs, and they are made. */
        public Builder replay(ReplayPolicy value) {
            replay = Objects.requireNonNull(value);
            return this;
        }

        /** What was collected so far. */
        public GroupPolicy build() {
            return new GroupPolicy(copy());
        }
    }
}

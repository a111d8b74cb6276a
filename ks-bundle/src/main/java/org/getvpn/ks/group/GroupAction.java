// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.time.Duration;
import java.util.Set;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.ExpectedAcknowledgements;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.wire.Quirk;

/**
 * Something the engine wants done outside of it. By then the state that goes with it is in the
 * store; an action that a crash swallows is asked for again after the restart.
 */
public interface GroupAction {
    /** Have every switch accept an SPI; {@link Groups#prepared} tells the end. */
    final class Prepare implements GroupAction {
        private final String group;
        private final Spi spi;
        private final Duration deadline;

        Prepare(String group, Spi spi, Duration deadline) {
            this.group = group;
            this.spi = spi;
            this.deadline = deadline;
        }

        /** The group's name. */
        public String group() {
            return group;
        }

        /** The SPI. */
        public Spi spi() {
            return spi;
        }

        /** After which the engine goes on. */
        public Duration deadline() {
            return deadline;
        }
    }

    /** Let switches forget an SPI. */
    final class Withdraw implements GroupAction {
        private final String group;
        private final Spi spi;

        Withdraw(String group, Spi spi) {
            this.group = group;
            this.spi = spi;
        }

        /** The group's name. */
        public String group() {
            return group;
        }

        /** The SPI. */
        public Spi spi() {
            return spi;
        }
    }

    /** A KEK is gone: nobody acknowledges under it any more. */
    final class Forget implements GroupAction {
        private final String group;
        private final Kek kek;

        Forget(String group, Kek kek) {
            this.group = group;
            this.kek = kek;
        }

        /** The group's name. */
        public String group() {
            return group;
        }

        /** Names it; its key is about to be zeroed. */
        public Kek kek() {
            return kek;
        }
    }

    /** What becomes of a member that is silent. */
    enum Verdict {
        /** it is told again */
        WARNED,
        /** it is no member any more until it registers again */
        GIVEN_UP
    }

    /** Tell the operator of a member that did not acknowledge a rollover in time. */
    final class Silent implements GroupAction {
        private final String group;
        private final Endpoint member;
        private final String spi;
        private final int missed;
        private final Verdict verdict;

        Silent(String group, Endpoint member, String spi, int missed, Verdict verdict) {
            this.group = group;
            this.member = member;
            this.spi = spi;
            this.missed = missed;
            this.verdict = verdict;
        }

        /** The group's name. */
        public String group() {
            return group;
        }

        /** Where its copies went. */
        public Endpoint member() {
            return member;
        }

        /** Of the key that it was told. */
        public String spi() {
            return spi;
        }

        /** Rollovers in a row that it missed, this one included. */
        public int missed() {
            return missed;
        }

        /** What follows. */
        public Verdict verdict() {
            return verdict;
        }
    }

    /** Seal one rekey message and send it to the members. */
    final class Push implements GroupAction {
        private final String group;
        private final GroupId groupId;
        private final Kek kek;
        private final SigningKey signingKey;
        private final RekeyMessage message;
        private final Set<Quirk> quirks;
        private final RekeyDelivery delivery;
        private final ExpectedAcknowledgements.LeafKeys leafKeys;

        Push(
                String group,
                GroupId groupId,
                Kek kek,
                SigningKey signingKey,
                RekeyMessage message,
                Set<Quirk> quirks,
                RekeyDelivery delivery,
                ExpectedAcknowledgements.LeafKeys leafKeys) {
            this.leafKeys = leafKeys;
            this.quirks = Set.copyOf(quirks);
            this.group = group;
            this.groupId = groupId;
            this.kek = kek;
            this.signingKey = signingKey;
            this.message = message;
            this.delivery = delivery;
        }

        /** The group's name. */
        public String group() {
            return group;
        }

        /** The group's identity as members name it. */
        public GroupId groupId() {
            return groupId;
        }

        /** The KEK that the message is sent under. */
        public Kek kek() {
            return kek;
        }

        /** Signs it. */
        public SigningKey signingKey() {
            return signingKey;
        }

        /** Deviations from RFC 6407 that the members need. */
        public Set<Quirk> quirks() {
            return quirks;
        }

        /** What it says; its sequence number is reserved. */
        public RekeyMessage message() {
            return message;
        }

        /** What members of a group with a key tree acknowledge with. */
        public ExpectedAcknowledgements.LeafKeys leafKeys() {
            return leafKeys;
        }

        /** Whom it goes to, and how. */
        public RekeyDelivery delivery() {
            return delivery;
        }
    }
}

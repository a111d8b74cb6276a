// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.time.Duration;
import java.util.List;

/**
 * The key server as operators and the ONOS application see it: policy in, state out, never a key.
 */
public interface KeyServer {
    /**
     * Validates the whole configuration, then puts it in force. Groups that are gone lose their
     * keys; groups that stay keep them.
     *
     * @throws InvalidConfiguration with every problem; the configuration before stays in force
     */
    void configure(KeyServerConfiguration configuration) throws InvalidConfiguration;

    /** Whether it serves, where it listens, and what it counted. */
    KeyServerStatus status();

    /** One entry per group in force, by name. */
    List<GroupStatus> groups();

    /** Members of a group, by address; empty for an unknown group. */
    List<MemberStatus> members(String group);

    /** Live keys of a group, TEKs and KEK, oldest first; empty for an unknown group. */
    List<SaStatus> sas(String group);

    /**
     * Starts a rekey of the group's TEK now.
     *
     * @return the SPI announced
     * @throws IllegalArgumentException for an unknown group; the message names those that exist
     */
    String rekey(String group);

    /**
     * Starts a rekey of the group's TEK now, or hurries the one under way, after which the old TEK
     * is not received for the deactivation delay: two seconds after members send with the new one,
     * they are told to delete every older one. A member that heard nothing of it meanwhile loses
     * packets until it hears of it or registers again.
     *
     * @return the SPI announced
     * @throws IllegalArgumentException for an unknown group; the message names those that exist
     */
    String replaceNow(String group);

    /**
     * Starts a rollover of the key that encrypts the group's rekey messages now. Traffic does not
     * notice it.
     *
     * @return the SPI of the KEK that comes, also if it was already under way
     * @throws IllegalArgumentException for an unknown group; the message names those that exist
     * @throws IllegalStateException while the TEK changes; the message says when to ask again
     */
    String rekeyKek(String group);

    /**
     * Puts the member at an address out of a group, whether it is registered now or not: its
     * registrations are refused until {@link #readmit}, also after a restart, and the others
     * register again for keys that it cannot read. What it holds ends with the present TEK.
     *
     * @param address IPv4 or IPv6, in numbers
     * @throws IllegalArgumentException for an unknown group or what is not an address
     */
    void evict(String group, String address);

    /**
     * Lets an evicted member register again.
     *
     * @throws IllegalArgumentException for an unknown group or an address that is not evicted
     */
    void readmit(String group, String address);

    /** Called on a thread of the key server whenever a group's members or keys change. */
    void addListener(Listener listener);

    /** Ends the calls to {@code listener}. */
    void removeListener(Listener listener);

    /** Hears that something about a group changed; asks for what. */
    interface Listener {
        /** The named group's members, keys or policy changed. */
        void changed(String group);
    }

    /** Sets who enforces policy on switches; null for nobody. At most one at a time. */
    void setEnforcer(PolicyEnforcer enforcer);

    /** How long a change may wait for {@link PolicyEnforcer#prepare} at most. */
    Duration PREPARE_DEADLINE = Duration.ofSeconds(10);
}

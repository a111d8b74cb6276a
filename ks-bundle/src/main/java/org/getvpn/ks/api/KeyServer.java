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

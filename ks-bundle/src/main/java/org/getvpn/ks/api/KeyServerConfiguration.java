// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.List;
import java.util.Objects;

/** Everything a key server is configured with: how it serves, and its groups. */
public final class KeyServerConfiguration {
    private final KeyServerSettings settings;
    private final List<GroupPolicy> groups;

    /** Pairs settings with groups. */
    public KeyServerConfiguration(KeyServerSettings settings, List<GroupPolicy> groups) {
        this.settings = Objects.requireNonNull(settings);
        this.groups = List.copyOf(groups);
    }

    /** How it serves. */
    public KeyServerSettings settings() {
        return settings;
    }

    /** In the order written. */
    public List<GroupPolicy> groups() {
        return groups;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.util.List;
import java.util.Objects;

/**
 * New keys for the members below one node of a logical key hierarchy, towards the root (RFC 6407,
 * section 5.6.3.2). As the key server has it; on the wire the first key is encrypted under that of
 * the node, each further one under the key before it.
 */
public final class KeyTreeUpdate {
    private final KeyTreeNode under;
    private final List<KeyTreeNode> keys;

    /**
     * @param under whose key the members below it have
     * @param keys the new ones, at least one, towards the root; where the last is not the new KEK,
     *     another update goes on under it
     */
    public KeyTreeUpdate(KeyTreeNode under, List<KeyTreeNode> keys) {
        this.under = Objects.requireNonNull(under);
        this.keys = List.copyOf(keys);
        if (this.keys.isEmpty()) {
            throw new IllegalArgumentException("update of a key tree without a key");
        }
    }

    /** Whose key opens the first of {@link #keys()}. */
    public KeyTreeNode under() {
        return under;
    }

    /** Towards the root. */
    public List<KeyTreeNode> keys() {
        return keys;
    }
}

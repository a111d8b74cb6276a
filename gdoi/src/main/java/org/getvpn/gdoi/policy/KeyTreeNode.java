// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.util.Objects;
import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * The key of one node in a logical key hierarchy (RFC 6407, sections 5.6.3 and 7.4; RFC 2627,
 * section 5.4). Members know the keys on the path from their leaf to the root; the root's key is
 * the group's KEK.
 */
public final class KeyTreeNode {
    private final int id;
    private final int handle;
    private final SecretBytes ivAndKey;

    /**
     * @param id of the node, 0 to 65535
     * @param handle tells the generations of a node's key apart
     * @param ivAndKey IV ‖ key of the KEK's algorithm
     */
    public KeyTreeNode(int id, int handle, SecretBytes ivAndKey) {
        if (id >>> 16 != 0) {
            throw new IllegalArgumentException("node " + id + " of a key tree: 0 to 65535");
        }
        this.id = id;
        this.handle = handle;
        this.ivAndKey = Objects.requireNonNull(ivAndKey);
    }

    /** Of the node. */
    public int id() {
        return id;
    }

    /** Generation of the node's key. */
    public int handle() {
        return handle;
    }

    /** IV ‖ key. */
    public SecretBytes ivAndKey() {
        return ivAndKey;
    }

    /** Whether this is the same node and the same generation. */
    public boolean isAt(int otherId, int otherHandle) {
        return id == otherId && handle == otherHandle;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyTreeNode
                && isAt(((KeyTreeNode) other).id, ((KeyTreeNode) other).handle)
                && ivAndKey.equals(((KeyTreeNode) other).ivAndKey);
    }

    @Override
    public int hashCode() {
        return 31 * id + handle;
    }

    /** Node and generation, never the key. */
    @Override
    public String toString() {
        return "KeyTreeNode[" + id + "/" + Integer.toUnsignedString(handle) + "]";
    }
}

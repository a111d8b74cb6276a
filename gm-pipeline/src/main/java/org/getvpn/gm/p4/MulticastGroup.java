// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import java.util.HashSet;
import java.util.List;

/**
 * Ports that each get a copy.
 *
 * @param id 1 to 65535: the program names groups by 16 bits
 * @param replicas each once, in the controller's order
 */
public record MulticastGroup(int id, List<Replica> replicas) {
    /** Most groups, and most replicas of one: enough for every port and site of a switch. */
    public static final int MOST = 1024;

    /**
     * One copy.
     *
     * @param port 1 to 509
     * @param instance tells copies to the same port apart, 0 to 65535
     */
    public record Replica(int port, int instance) {}

    /** Copies the list. */
    public MulticastGroup {
        replicas = List.copyOf(replicas);
    }

    boolean hasDuplicates() {
        return new HashSet<>(replicas).size() != replicas.size();
    }

    int[] ports() {
        return replicas.stream().mapToInt(Replica::port).toArray();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import org.getvpn.gm.sa.LocalBypass;

/**
 * What a pipeline is told apart from keys and policy.
 *
 * @param memberAddress the member's own IPv4 address in network order, the source of its ICMP
 *     messages; 0 for none, then it sends none
 * @param pathMtu longest packet that every path across the WAN carries, in octets, 128 to 65535; or
 *     0 for the MTU of the interface
 * @param clampsMss whether TCP's maximum segment size is lowered to what fits, in both directions
 * @param localBypass this member's own BYPASS lines
 */
public record PipelineSettings(
        int memberAddress, int pathMtu, boolean clampsMss, LocalBypass localBypass) {
    /** Shortest path MTU: IPv4's 68 octets inside ESP, and some room. */
    static final int MIN_PATH_MTU = 128;

    /**
     * @throws IllegalArgumentException for a path MTU out of range
     */
    public PipelineSettings {
        if (pathMtu != 0 && (pathMtu < MIN_PATH_MTU || pathMtu > 65535)) {
            throw new IllegalArgumentException(
                    "pathMtu "
                            + pathMtu
                            + ": 128 to 65535 octets, or 0 for the interface's own, for example"
                            + " 1400");
        }
    }

    /** TCP is left alone, and the group's policy decides alone. */
    public PipelineSettings(int memberAddress, int pathMtu) {
        this(memberAddress, pathMtu, false, LocalBypass.NONE);
    }
}

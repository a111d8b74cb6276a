// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import java.util.List;
import java.util.Objects;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;

/** The ports of a site's switch and what each is for; a port without a role carries nothing. */
public final class SitePorts {
    private final DeviceId device;
    private final PortNumber member;
    private final List<PortNumber> local;
    private final List<PortNumber> wan;

    /**
     * @param device the edge switch
     * @param member where the group member hangs
     * @param local towards end hosts, at least one
     * @param wan towards other switches, at least one
     */
    public SitePorts(
            DeviceId device, PortNumber member, List<PortNumber> local, List<PortNumber> wan) {
        this.device = Objects.requireNonNull(device);
        this.member = Objects.requireNonNull(member);
        this.local = List.copyOf(local);
        this.wan = List.copyOf(wan);
    }

    /** The edge switch. */
    public DeviceId device() {
        return device;
    }

    /** Where the group member hangs. */
    public PortNumber member() {
        return member;
    }

    /** Towards end hosts. */
    public List<PortNumber> local() {
        return local;
    }

    /** Towards other switches. */
    public List<PortNumber> wan() {
        return wan;
    }
}

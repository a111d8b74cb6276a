// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

import java.util.List;
import java.util.Objects;
import org.getvpn.app.config.KeyServerAttachment;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;

/** What the switch that the key server hangs on shall enforce. */
public final class KeyServerPolicy {
    private final KeyServerAttachment attachment;
    private final List<IpAddress> addresses;
    private final int gdoiPort;
    private final List<IpPrefix> members;
    private final List<RekeyGroup> rekeyGroups;

    /**
     * @param attachment switch, port and subnet
     * @param addresses the key server's own
     * @param gdoiPort its UDP port, 1 to 65535
     * @param members who may speak GDOI with it, each once
     * @param rekeyGroups where it sends rekeys for all, each once
     */
    public KeyServerPolicy(
            KeyServerAttachment attachment,
            List<IpAddress> addresses,
            int gdoiPort,
            List<IpPrefix> members,
            List<RekeyGroup> rekeyGroups) {
        this.attachment = Objects.requireNonNull(attachment);
        this.addresses = List.copyOf(addresses);
        this.gdoiPort = gdoiPort;
        this.members = List.copyOf(members);
        this.rekeyGroups = List.copyOf(rekeyGroups);
    }

    /** Switch, port and subnet. */
    public KeyServerAttachment attachment() {
        return attachment;
    }

    /** The key server's own. */
    public List<IpAddress> addresses() {
        return addresses;
    }

    /** Its UDP port. */
    public int gdoiPort() {
        return gdoiPort;
    }

    /** Where it sends rekeys for all members of a group. */
    public List<RekeyGroup> rekeyGroups() {
        return rekeyGroups;
    }

    /** Who may speak GDOI with it. */
    public List<IpPrefix> members() {
        return members;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.gm.esp.AeadChoice;

/**
 * A group member's configuration, checked. Secrets are named by file, never contained.
 *
 * @param group the group to join
 * @param keyServers tried in order, 1 to 16, each once
 * @param local control address and UDP port: rekeys arrive there, registrations leave from there
 * @param phaseOne how member and key server prove who they are
 * @param firstRetry wait after every key server was tried once without success, 100 ms or more
 * @param longestRetry bound of the doubling waits, at least {@code firstRetry}
 * @param attachment how the data path is attached
 * @param mtu of the path behind the attachment, in octets of an outer packet; 0 for the interface's
 * @param clampsMss whether TCP's maximum segment size is lowered to what fits the path
 * @param localBypass what stays clear at this site alone, before the group's policy; IPv4
 * @param passive whether it encrypts while its group receives only
 * @param replay what is done against packets that are played back
 * @param crypto which AES-GCM runs
 * @param statusSocket path of the Unix domain socket that tells the state
 * @param metrics where Prometheus finds the metrics, if anywhere
 */
public record MemberConfiguration(
        GroupId group,
        List<Endpoint> keyServers,
        Endpoint local,
        PhaseOneConfiguration phaseOne,
        Duration firstRetry,
        Duration longestRetry,
        Attachment attachment,
        int mtu,
        boolean clampsMss,
        List<TrafficSelector> localBypass,
        boolean passive,
        ReplayProtection replay,
        AeadChoice crypto,
        Path statusSocket,
        Optional<InetSocketAddress> metrics) {

    /** Copies the lists. */
    public MemberConfiguration {
        keyServers = List.copyOf(keyServers);
        localBypass = List.copyOf(localBypass);
    }
}

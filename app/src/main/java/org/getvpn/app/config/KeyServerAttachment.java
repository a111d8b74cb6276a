// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import java.util.Objects;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.ConnectPoint;

/** Where the key server joins the data network. */
public final class KeyServerAttachment {
    private final ConnectPoint port;
    private final IpAddress gateway;
    private final IpPrefix prefix;

    /**
     * @param port switch and port that the key server hangs on
     * @param gateway what the key server sends to, inside {@code prefix}
     * @param prefix the key server's own subnet
     */
    public KeyServerAttachment(ConnectPoint port, IpAddress gateway, IpPrefix prefix) {
        this.port = Objects.requireNonNull(port);
        this.gateway = Objects.requireNonNull(gateway);
        this.prefix = Objects.requireNonNull(prefix);
    }

    /** Switch and port. */
    public ConnectPoint port() {
        return port;
    }

    /** What the key server sends to; the application answers for it. */
    public IpAddress gateway() {
        return gateway;
    }

    /** The key server's own subnet. */
    public IpPrefix prefix() {
        return prefix;
    }
}

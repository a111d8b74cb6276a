// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;
import org.getvpn.gdoi.policy.GroupDownload;

/** Group member: the registration succeeded; the download may be put to use. */
public final class Registered implements Fact {
    private final GroupDownload download;
    private final Endpoint keyServer;

    /** Pairs what was downloaded with where it came from. */
    public Registered(GroupDownload download, Endpoint keyServer) {
        this.download = Objects.requireNonNull(download);
        this.keyServer = Objects.requireNonNull(keyServer);
    }

    /** Policy, keys and sender ids; the receiver owns the secrets in it. */
    public GroupDownload download() {
        return download;
    }

    /** Where it came from. */
    public Endpoint keyServer() {
        return keyServer;
    }

    @Override
    public String toString() {
        return "Registered[group=" + download.group() + " ks=" + keyServer + "]";
    }
}

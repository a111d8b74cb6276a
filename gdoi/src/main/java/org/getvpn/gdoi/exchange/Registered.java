// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;
import org.getvpn.gdoi.policy.GroupDownload;

/** Group member: the registration succeeded; the download may be put to use. */
public final class Registered implements Fact {
    private final GroupDownload download;
    private final Endpoint keyServer;
    private final Ticks policyAsked;
    private final Ticks policyReceived;

    /**
     * @param policyAsked when the policy was asked for, for the first time
     * @param policyReceived when it came
     */
    public Registered(
            GroupDownload download, Endpoint keyServer, Ticks policyAsked, Ticks policyReceived) {
        this.policyAsked = Objects.requireNonNull(policyAsked);
        this.policyReceived = Objects.requireNonNull(policyReceived);
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

    /** Before this the key server cannot have told its pseudotime. */
    public Ticks policyAsked() {
        return policyAsked;
    }

    /** After this it cannot have, either: half of the time between is the error to expect. */
    public Ticks policyReceived() {
        return policyReceived;
    }

    @Override
    public String toString() {
        return "Registered[group=" + download.group() + " ks=" + keyServer + "]";
    }
}

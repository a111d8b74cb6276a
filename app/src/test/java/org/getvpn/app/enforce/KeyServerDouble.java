// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.getvpn.ks.api.GroupStatus;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.api.KeyServer;
import org.getvpn.ks.api.KeyServerConfiguration;
import org.getvpn.ks.api.KeyServerStatus;
import org.getvpn.ks.api.MemberStatus;
import org.getvpn.ks.api.PolicyEnforcer;
import org.getvpn.ks.api.ReplayPolicy;
import org.getvpn.ks.api.SaStatus;

/** A key server that takes or refuses a configuration as the test wants it. */
class KeyServerDouble implements KeyServer {
    final List<KeyServerConfiguration> configured = new CopyOnWriteArrayList<>();
    volatile InvalidConfiguration refusal;
    volatile RuntimeException failure;
    volatile PolicyEnforcer enforcer;
    volatile Listener listener;
    private volatile List<GroupStatus> groups = List.of();

    /** Serves group blue, from which these members were put out, and says so. */
    void evictFromBlue(String... addresses) {
        groups =
                List.of(
                        new GroupStatus(
                                "blue",
                                "1234",
                                List.of(),
                                "aes-gcm-256",
                                0,
                                0,
                                0,
                                0,
                                "ok",
                                List.of(addresses),
                                ReplayPolicy.NONE,
                                0));
        Listener hears = listener;
        if (hears != null) {
            hears.changed("blue");
        }
    }

    /** Serves no group any more. */
    void serveNothing() {
        groups = List.of();
    }

    @Override
    public void configure(KeyServerConfiguration configuration) throws InvalidConfiguration {
        if (refusal != null) {
            throw refusal;
        }
        if (failure != null) {
            throw failure;
        }
        configured.add(configuration);
    }

    @Override
    public KeyServerStatus status() {
        return new KeyServerStatus(true, "ok", "10.255.0.1 UDP 848", 0, 0, 0, Map.of(), 0);
    }

    @Override
    public List<GroupStatus> groups() {
        return groups;
    }

    @Override
    public List<MemberStatus> members(String group) {
        return List.of();
    }

    @Override
    public List<SaStatus> sas(String group) {
        return List.of();
    }

    @Override
    public String rekey(String group) {
        throw new IllegalArgumentException("no group \"" + group + "\"");
    }

    @Override
    public String replaceNow(String group) {
        throw new IllegalArgumentException("no group \"" + group + "\"");
    }

    @Override
    public String rekeyKek(String group) {
        throw new IllegalArgumentException("no group \"" + group + "\"");
    }

    @Override
    public void evict(String group, String address) {
        throw new IllegalArgumentException("no group \"" + group + "\"");
    }

    @Override
    public void readmit(String group, String address) {
        throw new IllegalArgumentException("no group \"" + group + "\"");
    }

    @Override
    public void addListener(Listener next) {
        listener = next;
    }

    @Override
    public void removeListener(Listener gone) {
        listener = null;
    }

    @Override
    public void setEnforcer(PolicyEnforcer next) {
        enforcer = next;
    }
}

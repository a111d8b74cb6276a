// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.getvpn.app.config.NetcfgSource;
import org.getvpn.app.config.VpnConfiguration;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.ks.api.GroupStatus;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.api.KeyServer;
import org.onlab.packet.IpAddress;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one configuration that key server and switches obey. What the key server refuses does not
 * reach the switches either, unless nothing is in force yet: guards do not wait for a key server.
 * An object that vanished from netcfg stays in force, because a missing policy must not open sites.
 */
@Component(immediate = true, service = PolicyInForce.class)
public class PolicyInForce {
    private static final Logger log = LoggerFactory.getLogger(PolicyInForce.class);

    @Reference protected NetcfgSource source;

    private final Set<Runnable> listeners = new CopyOnWriteArraySet<>();
    // A change may open stores and sockets: too long for ONOS's event threads, which interrupt
    // and eject a listener that dawdles.
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(work -> new Thread(work, "getvpn-configure"));
    private final Runnable refresh = this::refreshSoon;
    private final KeyServer.Listener evictions = group -> adoptEvictionsSoon();
    private volatile boolean active;
    private volatile KeyServer keyServer;
    private volatile NetworkPolicy policy;
    private volatile Map<String, Set<IpAddress>> evicted = Map.of();
    private volatile VpnConfiguration configuration;
    private volatile Optional<String> judged = Optional.empty();
    private volatile String health = "not configured: submit apps/org.getvpn/vpn to netcfg";

    /** Takes up what netcfg holds. */
    @Activate
    protected void activate() {
        active = true;
        source.addListener(refresh);
        refreshSoon();
    }

    /** Leaves every rule where it is. */
    @Deactivate
    protected void deactivate() {
        active = false;
        source.removeListener(refresh);
        thread.shutdown();
    }

    /** The key server may come after us and go before us. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "unbindKeyServer")
    protected void bindKeyServer(KeyServer service) {
        keyServer = service;
        service.addListener(evictions);
        refreshSoon();
    }

    /** Switch policy goes on without it. */
    protected void unbindKeyServer(KeyServer service) {
        service.removeListener(evictions);
        if (keyServer == service) {
            keyServer = null;
        }
    }

    /** The key server, if it runs. */
    public Optional<KeyServer> keyServer() {
        return Optional.ofNullable(keyServer);
    }

    /** What switches shall enforce; empty before the first configuration. */
    public Optional<NetworkPolicy> policy() {
        return Optional.ofNullable(policy);
    }

    /** What {@link #policy} was made from. */
    public Optional<VpnConfiguration> configuration() {
        return Optional.ofNullable(configuration);
    }

    /** ok, or what is wrong in a sentence. */
    public String health() {
        return health;
    }

    /** Whether netcfg holds something newer than what {@link #health} speaks of. */
    public boolean isPending() {
        return !source.submitted().equals(judged);
    }

    /** Calls {@code changed} after the policy in force changed. */
    public void addListener(Runnable changed) {
        listeners.add(changed);
    }

    /** Ends the calls to {@code changed}. */
    public void removeListener(Runnable changed) {
        listeners.remove(changed);
    }

    private void refreshSoon() {
        if (active) {
            thread.execute(this::refresh);
        }
    }

    private void refresh() {
        Optional<String> seen = source.submitted();
        try {
            takeUp();
        } finally {
            judged = seen;
        }
    }

    private void takeUp() {
        Optional<VpnConfiguration> submitted = source.configuration();
        if (submitted.isEmpty()) {
            if (policy != null) {
                health =
                        "the configuration is gone from netcfg; the one before stays in force:"
                                + " submit one without sites to open them";
                log.warn("reason=configuration-removed: {}", health);
            }
            return;
        }
        boolean accepted = configureKeyServer(submitted.get());
        if (accepted || policy == null) {
            configuration = submitted.get();
            evicted = evictedNow();
            policy = NetworkPolicy.of(submitted.get(), evicted);
            listeners.forEach(Runnable::run);
        }
    }

    private void adoptEvictionsSoon() {
        if (active) {
            thread.execute(this::adoptEvictions);
        }
    }

    /** The port of a member that was put out closes at once, that of one readmitted opens. */
    private void adoptEvictions() {
        Map<String, Set<IpAddress>> now = evictedNow();
        if (policy != null && !now.equals(evicted)) {
            evicted = now;
            policy = NetworkPolicy.of(configuration, now);
            listeners.forEach(Runnable::run);
        }
    }

    /** What the key server says; of groups that it does not serve now, what it said last. */
    private Map<String, Set<IpAddress>> evictedNow() {
        KeyServer service = keyServer;
        if (service == null) {
            return evicted;
        }
        Map<String, Set<IpAddress>> now = new HashMap<>(evicted);
        for (GroupStatus group : service.groups()) {
            now.put(
                    group.name(),
                    group.evicted().stream().map(IpAddress::valueOf).collect(Collectors.toSet()));
        }
        return now;
    }

    private boolean configureKeyServer(VpnConfiguration submitted) {
        KeyServer service = keyServer;
        if (service == null) {
            health = "no key server: bundle org.getvpn.ks is not active";
            return true;
        }
        try {
            service.configure(submitted.keyServer());
            health = "ok";
            return true;
        } catch (InvalidConfiguration e) {
            health = "the key server refuses the configuration: " + e.getMessage();
        } catch (RuntimeException e) {
            // Its sockets or its store may fail; switches must hold their guards all the same.
            health = "the key server cannot serve: " + e;
        }
        log.error("reason=key-server-refused: {}", health);
        return false;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.ks.api.GroupStatus;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.api.KeyServer;
import org.getvpn.ks.api.KeyServerConfiguration;
import org.getvpn.ks.api.KeyServerSettings;
import org.getvpn.ks.api.KeyServerStatus;
import org.getvpn.ks.api.MemberStatus;
import org.getvpn.ks.api.PolicyEnforcer;
import org.getvpn.ks.api.SaStatus;
import org.getvpn.ks.secret.UnreadableRecord;
import org.getvpn.ks.secret.WrappingKeyFile;
import org.getvpn.ks.secret.WrappingKeys;
import org.getvpn.ks.store.StoreUnavailable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key server as a service. It serves nothing until it is configured. A configuration whose
 * files or addresses cannot be used is refused, and the one before it goes on.
 */
@Component(service = KeyServer.class)
public final class GdoiKeyServer implements KeyServer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GdoiKeyServer.class);

    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private final EventLog log;
    private volatile Service service;
    private KeyServerConfiguration inForce;
    private PolicyEnforcer enforcer;

    /** A key server without a configuration. */
    public GdoiKeyServer() {
        Supplier<Ticks> clock = () -> Ticks.ofNanos(System.nanoTime());
        this.log = new EventLog(clock);
    }

    @Override
    public synchronized void configure(KeyServerConfiguration next) throws InvalidConfiguration {
        Secrets secrets = Secrets.read(next);
        if (service != null && service.settings().servesLike(next.settings())) {
            service.replaceSecrets(next.settings(), secrets);
            service.engine().configure(next.groups());
        } else {
            replace(next, secrets);
        }
        inForce = next;
        secrets.warn(next, log);
    }

    /** Other settings: the old service ends, and comes back if the new one cannot begin. */
    private void replace(KeyServerConfiguration next, Secrets secrets) throws InvalidConfiguration {
        KeyServerConfiguration before = inForce;
        stop();
        try {
            start(next, secrets);
        } catch (InvalidConfiguration refused) {
            if (before != null) {
                start(before, Secrets.read(before));
            }
            throw refused;
        }
    }

    private void start(KeyServerConfiguration configuration, Secrets secrets)
            throws InvalidConfiguration {
        KeyServerSettings settings = configuration.settings();
        WrappingKeys wrappingKeys;
        try {
            wrappingKeys = WrappingKeyFile.read(settings.wrappingKeyFile());
        } catch (IOException e) {
            throw invalid("keyServer.wrappingKeyFile", settings.wrappingKeyFile(), e);
        }
        Service fresh = null;
        try {
            fresh = new Service(settings, wrappingKeys, secrets, log, this::changed);
            if (enforcer != null) {
                fresh.engine().setEnforcer(enforcer);
            }
            fresh.engine().configure(configuration.groups());
            fresh.serve();
            service = fresh;
        } catch (UnreadableRecord e) {
            throw invalid("keyServer.wrappingKeyFile", settings.wrappingKeyFile(), e);
        } catch (StoreUnavailable e) {
            throw invalid("keyServer.stateDirectory", settings.stateDirectory(), e);
        } catch (IOException e) {
            throw invalid("keyServer.addresses", settings.addresses(), e);
        } finally {
            if (fresh != null && service != fresh) {
                fresh.close();
            }
        }
    }

    private static InvalidConfiguration invalid(String field, Object value, Exception cause) {
        return new InvalidConfiguration(
                List.of(
                        new InvalidConfiguration.Problem(
                                field, value.toString(), cause.getMessage())));
    }

    private void stop() {
        Service former = service;
        service = null;
        if (former != null) {
            former.close();
        }
    }

    @Override
    public KeyServerStatus status() {
        Service now = service;
        if (now == null) {
            return new KeyServerStatus(false, "not configured", "", 0, 0, 0, Map.of(), 0);
        }
        String health = now.engine().health();
        return new KeyServerStatus(
                true,
                health,
                String.join(", ", now.settings().addresses()) + " UDP " + now.settings().port(),
                now.uptimeSeconds(),
                now.registrations(),
                now.refusals(),
                now.ignored(),
                now.halfOpen());
    }

    @Override
    public List<GroupStatus> groups() {
        Service now = service;
        return now == null ? List.of() : now.groups().statuses();
    }

    @Override
    public List<MemberStatus> members(String group) {
        Service now = service;
        return now == null ? List.of() : now.groups().members(group);
    }

    @Override
    public List<SaStatus> sas(String group) {
        Service now = service;
        return now == null ? List.of() : now.groups().sas(group);
    }

    @Override
    public String rekey(String group) {
        return engine(group).rekey(group).toString();
    }

    @Override
    public String replaceNow(String group) {
        return engine(group).replaceNow(group).toString();
    }

    @Override
    public String rekeyKek(String group) {
        return engine(group).rekeyKek(group);
    }

    @Override
    public void evict(String group, String address) {
        engine(group).evict(group, address);
    }

    @Override
    public void readmit(String group, String address) {
        engine(group).readmit(group, address);
    }

    private GroupEngine engine(String group) {
        Service now = service;
        if (now == null) {
            throw new IllegalArgumentException(
                    "no group \"" + group + "\": the key server is not configured");
        }
        return now.engine();
    }

    @Override
    public void addListener(Listener listener) {
        listeners.addIfAbsent(listener);
    }

    @Override
    public void removeListener(Listener listener) {
        listeners.remove(listener);
    }

    @Override
    public synchronized void setEnforcer(PolicyEnforcer next) {
        enforcer = next;
        Service now = service;
        if (now != null) {
            now.engine().setEnforcer(next);
        }
    }

    private void changed(String group) {
        for (Listener listener : listeners) {
            try {
                listener.changed(group);
            } catch (RuntimeException e) {
                LOG.error("group={} reason=\"a listener failed\"", group, e);
            }
        }
    }

    /** Ends the service; records stay on the disk. */
    @Override
    @Deactivate
    public synchronized void close() {
        stop();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.getvpn.ks.api.InvalidConfiguration;
import org.onosproject.core.ApplicationId;
import org.onosproject.core.CoreService;
import org.onosproject.net.config.ConfigFactory;
import org.onosproject.net.config.NetworkConfigEvent;
import org.onosproject.net.config.NetworkConfigListener;
import org.onosproject.net.config.NetworkConfigRegistry;
import org.onosproject.net.config.basics.SubjectFactories;
import org.onosproject.net.device.DeviceService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers the application and its netcfg object, and hands out the configuration in force. */
@Component(immediate = true, service = NetcfgSource.class)
public class NetcfgSource {
    /** The application's name in ONOS. */
    public static final String APPLICATION = "org.getvpn";

    private static final Logger log = LoggerFactory.getLogger(NetcfgSource.class);

    @Reference protected CoreService core;
    @Reference protected NetworkConfigRegistry registry;
    @Reference protected DeviceService devices;

    private final ConfigFactory<ApplicationId, VpnNetcfg> factory =
            new ConfigFactory<ApplicationId, VpnNetcfg>(
                    SubjectFactories.APP_SUBJECT_FACTORY, VpnNetcfg.class, VpnNetcfg.KEY) {
                @Override
                public VpnNetcfg createConfig() {
                    return new VpnNetcfg(device -> restoring || devices.getDevice(device) != null);
                }
            };
    private final NetworkConfigListener netcfg = this::changed;
    private final Set<Runnable> listeners = new CopyOnWriteArraySet<>();
    private ApplicationId application;

    /**
     * True while ONOS hands back what it stored: after a restart the switches are not connected
     * yet, but they were known when the configuration was accepted.
     */
    private volatile boolean restoring;

    /** Makes ONOS accept the netcfg object. */
    @Activate
    protected void activate() {
        application = core.registerApplication(APPLICATION);
        registry.addListener(netcfg);
        restoring = true;
        try {
            registry.registerConfigFactory(factory);
        } finally {
            restoring = false;
        }
    }

    /** ONOS keeps what was configured and hands it back at the next activation. */
    @Deactivate
    protected void deactivate() {
        registry.removeListener(netcfg);
        registry.unregisterConfigFactory(factory);
    }

    /** Identifies our flow rules. */
    public ApplicationId application() {
        return application;
    }

    /** What is configured now; empty if nothing is, or only what this release refuses. */
    public Optional<VpnConfiguration> configuration() {
        VpnNetcfg config = registry.getConfig(application, VpnNetcfg.class);
        if (config == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(config.configuration());
        } catch (InvalidConfiguration e) {
            log.error(
                    "reason=stored-configuration-refused: submit it again, corrected:\n{}",
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** What was submitted last, as ONOS stores it; empty if nothing is. */
    public Optional<String> submitted() {
        return Optional.ofNullable(registry.getConfig(application, VpnNetcfg.class))
                .map(config -> config.node().toString());
    }

    /** Calls {@code changed} after each change of the configuration. */
    public void addListener(Runnable changed) {
        listeners.add(changed);
    }

    /** Ends the calls to {@code changed}. */
    public void removeListener(Runnable changed) {
        listeners.remove(changed);
    }

    private void changed(NetworkConfigEvent event) {
        if (event.configClass() == VpnNetcfg.class) {
            listeners.forEach(Runnable::run);
        }
    }
}

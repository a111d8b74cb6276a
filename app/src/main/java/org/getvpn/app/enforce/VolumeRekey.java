// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.getvpn.app.config.Site;
import org.getvpn.app.config.VpnConfiguration;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyServer;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.SaStatus;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a TEK replaced when all sites together have sent as much under it as its group allows. Looks
 * after each pass over the switches, so it is late by one reading of their counters. The count of
 * the present key begins anew with the controller; its lifetime goes on.
 */
@Component(immediate = true, service = VolumeRekey.class)
public class VolumeRekey {
    private static final Logger log = LoggerFactory.getLogger(VolumeRekey.class);

    @Reference protected Enforcement enforcement;
    @Reference protected PolicyInForce inForce;

    private final Map<String, Count> counts = new HashMap<>();
    private final Runnable look = this::look;

    /** From when on is counted for the key that a group sends with. */
    private static final class Count {
        private final String spi;
        private final EspVolume.Sum begin;
        private boolean replaced;

        Count(String spi, EspVolume.Sum begin) {
            this.spi = spi;
            this.begin = begin;
        }
    }

    /** Begins to count. */
    @Activate
    protected void activate() {
        enforcement.addListener(look);
    }

    /** Ends it: time alone replaces keys. */
    @Deactivate
    protected void deactivate() {
        enforcement.removeListener(look);
    }

    private void look() {
        Optional<VpnConfiguration> configuration = inForce.configuration();
        Optional<KeyServer> keyServer = inForce.keyServer();
        if (configuration.isEmpty() || keyServer.isEmpty()) {
            return;
        }
        for (GroupPolicy group : configuration.get().keyServer().groups()) {
            if (group.trafficLimit().isSet()) {
                look(group, sent(configuration.get(), group.name()), keyServer.get());
            }
        }
    }

    /** Called by the reconciling thread, which has to go on. */
    private static void rekey(KeyServer keyServer, String group) {
        try {
            keyServer.rekey(group);
        } catch (RuntimeException e) {
            log.warn(
                    "group={} reason=\"not replaced, its lifetime goes on: {}\"",
                    group,
                    e.toString());
        }
    }

    private EspVolume.Sum sent(VpnConfiguration configuration, String group) {
        EspVolume.Sum sum = new EspVolume.Sum(0, 0);
        for (Site site : configuration.sites()) {
            if (site.group().equals(group)) {
                sum = sum.plus(enforcement.volume().of(site.name()));
            }
        }
        return sum;
    }

    private void look(GroupPolicy group, EspVolume.Sum sent, KeyServer keyServer) {
        Optional<String> spi =
                keyServer.sas(group.name()).stream()
                        .filter(sa -> sa.kind().equals("TEK") && sa.stage() == KeyStage.SENDABLE)
                        .map(SaStatus::spi)
                        .findFirst();
        if (spi.isEmpty()) {
            return;
        }
        Count count = counts.get(group.name());
        if (count == null || !count.spi.equals(spi.get())) {
            counts.put(group.name(), new Count(spi.get(), sent));
            return;
        }
        EspVolume.Sum under = sent.minus(count.begin);
        if (!count.replaced && group.trafficLimit().isReachedBy(under.packets(), under.octets())) {
            count.replaced = true;
            log.info(
                    "group={} spi={} reason=\"{} packets, {} octets sent: the key is replaced\"",
                    group.name(),
                    count.spi,
                    under.packets(),
                    under.octets());
            rekey(keyServer, group.name());
        }
    }
}

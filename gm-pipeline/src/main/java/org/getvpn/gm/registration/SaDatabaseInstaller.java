// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.sa.SaDatabase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the packet path's SA database to what the control side wants. Order: new keys are received
 * first, then one is sent with, old ones go last.
 */
public final class SaDatabaseInstaller implements SaInstaller {
    private static final Logger LOG = LoggerFactory.getLogger("org.getvpn.gm");

    private final SaDatabase database;
    private final Set<Spi> received = new HashSet<>();
    private List<TrafficRule> rules = List.of();

    /** Changes {@code database}; nobody else does. */
    public SaDatabaseInstaller(SaDatabase database) {
        this.database = database;
    }

    @Override
    public void install(TrafficKeys keys) {
        Set<Spi> wanted = new HashSet<>();
        for (StagedTek one : keys.teks()) {
            database.install(one.tek(), one.timeRule());
            wanted.add(one.tek().spi());
        }
        received.addAll(wanted);
        if (!keys.rules().equals(rules)) {
            rules = keys.rules();
            database.policy(rules);
        }
        // The new one is sent with before the old one is not: in between, packets would be lost.
        stage(TekStage.SENDABLE, keys);
        stage(TekStage.RETIRING, keys);
        for (Spi spi : List.copyOf(received)) {
            if (!wanted.contains(spi)) {
                database.remove(spi);
                received.remove(spi);
            }
        }
    }

    private void stage(TekStage stage, TrafficKeys keys) {
        for (StagedTek one : keys.teks()) {
            if (one.stage() != stage) {
                continue;
            }
            if (stage == TekStage.RETIRING) {
                database.retire(one.tek().spi());
            } else if (!keys.senderIds().isEmpty()) {
                activate(one.tek().spi(), keys.senderIds().getFirst());
            } else if (!one.tek().transform().counterMode()) {
                activate(one.tek().spi(), null);
            }
        }
    }

    /**
     * A key server that gives out a sender id twice must not end the member: what was sent with
     * before goes on, or nothing is sent.
     */
    private void activate(Spi spi, SenderId senderId) {
        try {
            database.activate(spi, senderId);
        } catch (IllegalStateException e) {
            LOG.error("spi={} stage=SENDABLE reason=\"{}\"", spi, e.getMessage());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.getvpn.ks.api.ConfigurationReader;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.api.InvalidConfiguration.Problem;
import org.getvpn.ks.api.KeyServerConfiguration;
import org.onosproject.net.DeviceId;

/** Reads and checks the whole netcfg object, and reports every problem at once. */
public final class VpnConfigurationReader {
    private VpnConfigurationReader() {}

    /**
     * @param root the object with {@code keyServer}, {@code groups} and {@code sites}
     * @param known whether ONOS has ever seen a switch
     * @throws InvalidConfiguration with every problem, each with field, value and remedy
     */
    public static VpnConfiguration read(JsonNode root, Predicate<DeviceId> known)
            throws InvalidConfiguration {
        List<Problem> problems = new ArrayList<>();
        Optional<KeyServerConfiguration> keyServer = Optional.empty();
        try {
            keyServer = Optional.of(ConfigurationReader.read(root));
        } catch (InvalidConfiguration e) {
            problems.addAll(e.problems());
        }
        Optional<KeyServerAttachment> attachment =
                AttachmentReader.read(root.path("keyServer"), known, problems);
        GdoiRate gdoiRate = GdoiRate.read(root.path("keyServer"), problems);
        List<Site> sites = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        if (root.hasNonNull("sites")) {
            new SiteReader(known, problems).readAll(root.get("sites"), sites, paths);
        }
        if (keyServer.isPresent()) {
            new SiteChecks(keyServer.get(), attachment, sites, paths, problems).run();
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfiguration(problems);
        }
        return new VpnConfiguration(keyServer.get(), attachment, sites, gdoiRate);
    }
}

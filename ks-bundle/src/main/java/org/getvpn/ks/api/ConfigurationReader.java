// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Reads the one schema of key server and groups, from netcfg JSON as from a YAML file. */
public final class ConfigurationReader {
    private ConfigurationReader() {}

    /**
     * @param root an object with {@code keyServer} and {@code groups}
     * @throws InvalidConfiguration with every problem, each with field, value and remedy
     */
    public static KeyServerConfiguration read(JsonNode root) throws InvalidConfiguration {
        throw new InvalidConfiguration(
                List.of(
                        new InvalidConfiguration.Problem(
                                "/", root.getNodeType().name(), "in work")));
    }
}

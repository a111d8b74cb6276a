// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.getvpn.ks.api.InvalidConfiguration;

/** The configuration that tests start from: two sites, one of them with two local ports. */
public final class Samples {
    private Samples() {}

    /** As an operator writes it. */
    public static ObjectNode json() {
        try (InputStream in = Samples.class.getResourceAsStream("/two-sites.json")) {
            return (ObjectNode) new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As read, every switch known. */
    public static VpnConfiguration read(JsonNode json) {
        try {
            return VpnConfigurationReader.read(json, device -> true);
        } catch (InvalidConfiguration e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.getvpn.ks.api.InvalidConfiguration;
import org.onosproject.net.DeviceId;

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

    /**
     * Two sites on one switch, with WAN ports 11 and 21, local ports 12 and 22, member ports 13 and
     * 23; rekeys by multicast.
     *
     * @param rekeys the multicast group's address
     */
    public static ObjectNode twoSitesOnOneSwitch(DeviceId device, String rekeys) {
        ObjectNode json = json();
        for (int i = 0; i < 2; i++) {
            ObjectNode site = (ObjectNode) json.get("sites").get(i);
            site.put("device", device.toString());
            site.putArray("prefixes").add("10." + (i + 1) + ".0.0/16");
            site.put("gateway", "10." + (i + 1) + ".0.1");
            site.putArray("wanPorts").add(10 * i + 11);
            site.putArray("localPorts").add(10 * i + 12);
            site.put("memberPort", 10 * i + 13);
            site.putArray("localBypass");
        }
        ((ObjectNode) json.get("groups").get(0))
                .putObject("rekey")
                .put("transport", "multicast")
                .put("address", rekeys);
        return json;
    }
}

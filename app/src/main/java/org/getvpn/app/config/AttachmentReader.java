// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.getvpn.ks.api.InvalidConfiguration.Problem;
import org.getvpn.ks.api.ObjectReader;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DeviceId;

/** Reads where the key server joins the data network: {@code attachment, gateway, prefix}. */
final class AttachmentReader {
    private AttachmentReader() {}

    /** Empty if the key server is not attached here, or after a problem was reported. */
    static Optional<KeyServerAttachment> read(
            JsonNode keyServer, Predicate<DeviceId> known, List<Problem> problems) {
        if (!keyServer.isObject()
                || !(keyServer.hasNonNull("attachment")
                        || keyServer.hasNonNull("gateway")
                        || keyServer.hasNonNull("prefix"))) {
            return Optional.empty();
        }
        ObjectReader reader = new ObjectReader("keyServer", keyServer, problems);
        NetworkFields fields = new NetworkFields(reader, known);
        Optional<ConnectPoint> port = fields.connectPoint("attachment", ahead(keyServer));
        Optional<IpAddress> gateway = fields.address("gateway", "10.255.0.254");
        Optional<IpPrefix> prefix =
                reader.text("prefix", "10.255.0.0/24").flatMap(t -> fields.prefix("prefix", t));
        if (port.isEmpty() || gateway.isEmpty() || prefix.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new KeyServerAttachment(port.get(), gateway.get(), prefix.get()));
    }

    private static boolean ahead(JsonNode keyServer) {
        return keyServer.path("ahead").asBoolean(false);
    }
}

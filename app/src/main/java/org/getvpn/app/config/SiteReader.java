// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.getvpn.ks.api.ConfigurationReader;
import org.getvpn.ks.api.InvalidConfiguration.Problem;
import org.getvpn.ks.api.ObjectReader;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;

/** Reads {@code sites}: each by itself; what sites may not be to each other is checked later. */
final class SiteReader {
    private final Predicate<DeviceId> known;
    private final List<Problem> problems;

    SiteReader(Predicate<DeviceId> known, List<Problem> problems) {
        this.known = known;
        this.problems = problems;
    }

    /** Appends every readable site, and where it stands, to {@code sites} and {@code paths}. */
    void readAll(JsonNode list, List<Site> sites, List<String> paths) {
        if (!list.isArray()) {
            problems.add(new Problem("sites", "no list", "must be a list of sites, like [{…}]"));
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            String path = "sites[" + i + "]";
            read(path, list.get(i))
                    .ifPresent(
                            site -> {
                                sites.add(site);
                                paths.add(path);
                            });
        }
    }

    private Optional<Site> read(String path, JsonNode node) {
        final int before = problems.size();
        ObjectReader reader = new ObjectReader(path, node, problems);
        if (problems.size() > before) {
            return Optional.empty();
        }
        NetworkFields fields = new NetworkFields(reader, known);
        final Optional<String> name = name(reader);
        final Optional<String> group = reader.text("group", "blue");
        final Optional<DeviceId> device = fields.device("device", reader.flag("ahead", false));
        final OptionalLong member =
                reader.number("memberPort", 1, NetworkFields.LAST_PORT, OptionalLong.empty());
        final List<PortNumber> local = ports(reader, path, node, "localPorts");
        final List<PortNumber> wan = ports(reader, path, node, "wanPorts");
        final Optional<IpAddress> address = fields.address("memberAddress", "10.1.0.2");
        final List<IpPrefix> prefixes = new ArrayList<>();
        for (String text : reader.texts("prefixes", "10.1.0.0/24", null)) {
            fields.prefix("prefixes", text).ifPresent(prefixes::add);
        }
        final List<IpAddress> gateways = gateways(reader, fields, node);
        final List<PolicyLine> bypass = localBypass(reader, path, node);
        final boolean passive = reader.flag("passive", false);
        reader.finish();
        if (problems.size() > before) {
            return Optional.empty();
        }
        SitePorts ports =
                new SitePorts(device.get(), PortNumber.portNumber(member.getAsLong()), local, wan);
        return Optional.of(
                new Site(
                        name.get(),
                        group.get(),
                        ports,
                        address.get(),
                        prefixes,
                        gateways,
                        bypass,
                        passive));
    }

    /** One, or a list of one per IP version. */
    private static List<IpAddress> gateways(
            ObjectReader reader, NetworkFields fields, JsonNode node) {
        List<IpAddress> gateways = new ArrayList<>();
        if (node.path("gateway").isArray()) {
            for (String text : reader.texts("gateway", "10.1.0.1", null)) {
                fields.addressIn("gateway", text, "10.1.0.1").ifPresent(gateways::add);
            }
        } else {
            fields.address("gateway", "10.1.0.1").ifPresent(gateways::add);
        }
        return gateways;
    }

    private static Optional<String> name(ObjectReader reader) {
        Optional<String> name = reader.text("name", "site1");
        if (name.isPresent() && !name.get().matches("[a-z0-9._-]{1,64}")) {
            reader.problem("name", "must be 1 to 64 of a-z 0-9 . _ -, like \"site1\"");
        }
        return name;
    }

    private List<PortNumber> ports(ObjectReader reader, String path, JsonNode node, String field) {
        if (!reader.has(field)) {
            reader.missing(field, "[1]");
            return List.of();
        }
        JsonNode list = node.get(field);
        if (!list.isArray() || list.isEmpty()) {
            reader.problem(field, "must be a list with at least one port number, like [1]");
            return List.of();
        }
        List<PortNumber> ports = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            if (item.isIntegralNumber()
                    && item.canConvertToLong()
                    && item.longValue() >= 1
                    && item.longValue() <= NetworkFields.LAST_PORT) {
                ports.add(PortNumber.portNumber(item.longValue()));
            } else {
                problems.add(
                        new Problem(
                                path + "." + field + "[" + i + "]",
                                item.toString(),
                                "must be a port number of the switch, 1 or more, like 1"));
            }
        }
        return ports;
    }

    private List<PolicyLine> localBypass(ObjectReader reader, String path, JsonNode node) {
        reader.leaveToOthers("localBypass");
        JsonNode list = node.path("localBypass");
        List<PolicyLine> lines = new ArrayList<>();
        if (list.isMissingNode() || list.isNull()) {
            return lines;
        }
        if (!list.isArray()) {
            reader.problem("localBypass", "must be a list of policy lines; [] for none");
            return lines;
        }
        for (int i = 0; i < list.size(); i++) {
            String at = path + ".localBypass[" + i + "]";
            Optional<PolicyLine> line =
                    ConfigurationReader.line(new ObjectReader(at, list.get(i), problems));
            if (line.isPresent() && line.get().action() != PolicyLine.Action.BYPASS) {
                problems.add(
                        new Problem(
                                at + ".action",
                                line.get().action().name(),
                                "must be BYPASS; what else holds is the group's policy"));
            }
            line.ifPresent(lines::add);
        }
        return lines;
    }
}

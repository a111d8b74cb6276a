// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.view;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.getvpn.ks.api.GroupStatus;
import org.getvpn.ks.api.KeyServerStatus;
import org.getvpn.ks.api.MemberStatus;
import org.getvpn.ks.api.PolicyLine;
import org.getvpn.ks.api.ReplayPolicy;
import org.getvpn.ks.api.SaStatus;

/** Writes what the key server tells of itself. */
public final class KeyServerJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private KeyServerJson() {}

    /** The key server. */
    public static ObjectNode status(KeyServerStatus status) {
        return MAPPER.createObjectNode()
                .put("serving", status.serving())
                .put("health", status.health())
                .put("listen", status.listen())
                .put("uptimeSeconds", status.uptimeSeconds())
                .put("registrations", status.registrations())
                .put("refusals", status.refusals())
                .put("datagramsIgnored", status.datagramsIgnored())
                .put("halfOpen", status.halfOpen())
                .set("ignored", MAPPER.valueToTree(new TreeMap<>(status.ignored())));
    }

    /** Groups by name. */
    public static ArrayNode groups(List<GroupStatus> groups) {
        ArrayNode list = MAPPER.createArrayNode();
        groups.stream()
                .sorted(Comparator.comparing(GroupStatus::name))
                .forEach(group -> list.add(group(group)));
        return list;
    }

    /** One group. */
    public static ObjectNode group(GroupStatus group) {
        ObjectNode node =
                MAPPER.createObjectNode()
                        .put("name", group.name())
                        .put("id", group.id())
                        .put("transform", group.transform())
                        .put("members", group.members())
                        .put("rekeys", group.rekeys())
                        .put("rekeySequence", group.rekeySequence())
                        .put("secondsToRekey", group.secondsToRekey())
                        .put("health", group.health());
        replay(node.putObject("replay"), group);
        ArrayNode lines = node.putArray("lines");
        group.lines().forEach(line -> lines.add(line(line)));
        ArrayNode evicted = node.putArray("evicted");
        group.evicted().forEach(evicted::add);
        return node;
    }

    private static void replay(ObjectNode node, GroupStatus group) {
        ReplayPolicy replay = group.replay();
        node.put("mode", replay.isByTime() ? "time" : "none");
        if (replay.isByTime()) {
            node.put("windowSeconds", replay.windowSeconds());
            node.put("clock", replay.clock().text());
        }
        if (replay.isByPseudotime()) {
            node.put("pseudotimeSeconds", group.pseudotimeMillis() / 1000.0);
        }
    }

    /** Members by group and address. */
    public static ArrayNode members(List<MemberStatus> members) {
        ArrayNode list = MAPPER.createArrayNode();
        members.stream()
                .sorted(
                        Comparator.comparing(MemberStatus::group)
                                .thenComparing(MemberStatus::address))
                .forEach(member -> list.add(member(member)));
        return list;
    }

    /** Keys by group, oldest first, as the key server lists them. */
    public static ArrayNode sas(List<SaStatus> sas) {
        ArrayNode list = MAPPER.createArrayNode();
        for (SaStatus sa : sas) {
            list.addObject()
                    .put("group", sa.group())
                    .put("kind", sa.kind())
                    .put("spi", sa.spi())
                    .put("stage", sa.stage().name())
                    .put("transform", sa.transform())
                    .put("direction", sa.direction().text())
                    .put("lifetimeSeconds", sa.lifetimeSeconds())
                    .put("remainingSeconds", sa.remainingSeconds());
        }
        return list;
    }

    private static ObjectNode member(MemberStatus member) {
        ObjectNode node =
                MAPPER.createObjectNode()
                        .put("group", member.group())
                        .put("identity", member.identity())
                        .put("address", member.address())
                        .put("registeredSeconds", member.registeredSeconds())
                        .put("registrations", member.registrations())
                        .put("rekeysSent", member.rekeysSent())
                        .put("rekeysAcknowledged", member.rekeysAcknowledged())
                        .put("rekeysMissed", member.rekeysMissed());
        ArrayNode ids = node.putArray("senderIds");
        member.senderIds().forEach(ids::add);
        return node;
    }

    private static ObjectNode line(PolicyLine line) {
        return MAPPER.createObjectNode()
                .put("action", line.action().name())
                .put("source", line.source())
                .put("destination", line.destination())
                .put("protocol", line.protocol())
                .put("sourcePort", line.sourcePort())
                .put("destinationPort", line.destinationPort());
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.view;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.getvpn.app.config.Site;
import org.getvpn.app.enforce.SiteState;

/** Writes how sites and their switches stand. */
public final class SiteJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private SiteJson() {}

    /** Sites in the order configured. */
    public static ArrayNode sites(List<SiteState> sites) {
        ArrayNode list = MAPPER.createArrayNode();
        sites.forEach(site -> list.add(site(site)));
        return list;
    }

    /** One site: where it is, whether its policy is enforced, what was dropped and why. */
    public static ObjectNode site(SiteState state) {
        Site site = state.site();
        ObjectNode node =
                MAPPER.createObjectNode()
                        .put("name", site.name())
                        .put("group", site.group())
                        .put("device", site.device().toString())
                        .put("memberPort", site.memberPort().toLong())
                        .put("memberAddress", site.memberAddress().toString());
        ArrayNode gateways = node.putArray("gateways");
        site.gateways().forEach(gateway -> gateways.add(gateway.toString()));
        ArrayNode prefixes = node.putArray("prefixes");
        site.prefixes().forEach(prefix -> prefixes.add(prefix.toString()));
        ArrayNode local = node.putArray("localPorts");
        site.ports().local().forEach(port -> local.add(port.toLong()));
        ArrayNode wan = node.putArray("wanPorts");
        site.ports().wan().forEach(port -> wan.add(port.toLong()));
        node.put("state", state.phase().label())
                .put("rulesDesired", state.desired())
                .put("rulesConfirmed", state.confirmed());
        node.put("migration", state.migration().label())
                .put("leftInClear", state.leftInClear())
                .put("arrivedInClear", state.arrivedInClear());
        counters(node.putObject("drops"), state.drops());
        counters(node.putObject("passed"), state.passed());
        texts(node.putArray("conflicts"), state.conflicts());
        return node;
    }

    /** Desired against actual, by read-back. */
    public static ObjectNode check(SiteState state) {
        ObjectNode node =
                MAPPER.createObjectNode()
                        .put("name", state.site().name())
                        .put("device", state.site().device().toString())
                        .put("state", state.phase().label())
                        .put("consistent", isConsistent(state))
                        .put("rulesDesired", state.desired())
                        .put("rulesConfirmed", state.confirmed())
                        .put(
                                "tableMiss",
                                state.phase() == SiteState.Phase.ENFORCED
                                        ? "drop, read back; set fail_mode=secure on the bridge:"
                                                + " OpenFlow does not tell it"
                                        : "not confirmed");
        texts(node.putArray("missing"), state.missing());
        texts(node.putArray("unknown"), state.unknown());
        texts(node.putArray("conflicts"), state.conflicts());
        return node;
    }

    /** Whether the switch holds what it shall, and nothing more that matters. */
    public static boolean isConsistent(SiteState state) {
        return state.phase() == SiteState.Phase.ENFORCED
                && state.unknown().isEmpty()
                && state.conflicts().isEmpty();
    }

    private static void counters(ObjectNode node, Map<String, Long> counters) {
        counters.forEach(node::put);
    }

    private static void texts(ArrayNode list, List<String> texts) {
        texts.forEach(list::add);
    }
}

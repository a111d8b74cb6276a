// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.view;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.getvpn.app.config.VpnConfiguration;
import org.getvpn.app.enforce.SiteState;
import org.getvpn.app.policy.Migration;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.GroupStatus;
import org.getvpn.ks.api.KeyServer;

/** Writes the whole at a glance. */
public final class StatusJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private StatusJson() {}

    /**
     * The state as a whole.
     *
     * @param health of the configuration in force
     * @param pending whether netcfg holds a newer one, not judged yet
     * @param configuration in force, if any
     * @param migrations of its groups, by name
     */
    public static ObjectNode status(
            boolean configured,
            String health,
            boolean pending,
            Optional<KeyServer> keyServer,
            List<SiteState> sites,
            Optional<VpnConfiguration> configuration,
            Map<String, Migration> migrations) {
        ObjectNode node =
                MAPPER.createObjectNode()
                        .put("configured", configured)
                        .put("health", health)
                        .put("configurationPending", pending);
        keyServer.ifPresent(ks -> node.set("keyServer", KeyServerJson.status(ks.status())));
        List<GroupStatus> groups = keyServer.map(KeyServer::groups).orElse(List.of());
        node.put("groups", groups.size());
        node.put("members", groups.stream().mapToInt(GroupStatus::members).sum());
        node.put("sites", sites.size());
        node.put(
                "sitesEnforced",
                sites.stream().filter(s -> s.phase() == SiteState.Phase.ENFORCED).count());
        ArrayNode migrating = node.putArray("migrations");
        configuration
                .map(c -> c.keyServer().groups())
                .orElse(List.of())
                .forEach(
                        group ->
                                group.receiveOnlyUntil()
                                        .ifPresent(
                                                end ->
                                                        migrating.add(
                                                                migration(
                                                                        group,
                                                                        end,
                                                                        migrations,
                                                                        sites))));
        return node;
    }

    /** A group with an end of receive-only: what its sites let pass in clear, and how much. */
    private static ObjectNode migration(
            GroupPolicy group,
            Instant end,
            Map<String, Migration> migrations,
            List<SiteState> sites) {
        List<SiteState> ours =
                sites.stream()
                        .filter(site -> site.site().group().equals(group.name()))
                        .collect(Collectors.toList());
        return MAPPER.createObjectNode()
                .put("group", group.name())
                .put("migration", migrations.getOrDefault(group.name(), Migration.CLOSED).label())
                .put("receiveOnlyUntil", end.toString())
                .put("leftInClear", ours.stream().mapToLong(SiteState::leftInClear).sum())
                .put("arrivedInClear", ours.stream().mapToLong(SiteState::arrivedInClear).sum());
    }
}

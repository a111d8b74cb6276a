// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.view;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.getvpn.app.enforce.SiteState;
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
     */
    public static ObjectNode status(
            boolean configured,
            String health,
            Optional<KeyServer> keyServer,
            List<SiteState> sites) {
        ObjectNode node =
                MAPPER.createObjectNode().put("configured", configured).put("health", health);
        keyServer.ifPresent(ks -> node.set("keyServer", KeyServerJson.status(ks.status())));
        List<GroupStatus> groups = keyServer.map(KeyServer::groups).orElse(List.of());
        node.put("groups", groups.size());
        node.put("members", groups.stream().mapToInt(GroupStatus::members).sum());
        node.put("sites", sites.size());
        node.put(
                "sitesEnforced",
                sites.stream().filter(s -> s.phase() == SiteState.Phase.ENFORCED).count());
        return node;
    }
}

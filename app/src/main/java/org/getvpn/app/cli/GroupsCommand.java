// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.cli;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.getvpn.app.enforce.PolicyInForce;
import org.getvpn.app.view.KeyServerJson;
import org.getvpn.ks.api.GroupStatus;
import org.getvpn.ks.api.KeyServer;
import org.getvpn.ks.api.PolicyLine;
import org.onosproject.cli.AbstractShellCommand;

/** Lists groups: policy, members, rekeys. */
@Service
@Command(scope = "getvpn", name = "groups", description = "Lists groups: policy, members, rekeys")
public class GroupsCommand extends AbstractShellCommand {
    @Override
    protected void doExecute() {
        List<GroupStatus> groups =
                get(PolicyInForce.class).keyServer().map(KeyServer::groups).orElse(List.of());
        if (outputJson()) {
            print("%s", KeyServerJson.groups(groups));
            return;
        }
        for (GroupStatus group : groups) {
            print(
                    "%s  id %s  %s  members %d  rekeys %d  next in %d s  %s",
                    group.name(),
                    group.id(),
                    group.transform(),
                    group.members(),
                    group.rekeys(),
                    group.secondsToRekey(),
                    group.health());
            if (group.replay().isByTime()) {
                print(
                        "    replay: %s%s",
                        group.replay(),
                        group.replay().isByPseudotime()
                                ? ", now " + group.pseudotimeMillis() / 1000 + " s"
                                : "");
            }
            for (PolicyLine line : group.lines()) {
                print("    %s", line);
            }
            if (!group.evicted().isEmpty()) {
                print("    evicted: %s", String.join(", ", group.evicted()));
            }
        }
    }
}

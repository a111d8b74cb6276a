// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.getvpn.app.enforce.Enforcement;
import org.getvpn.app.enforce.PolicyInForce;
import org.getvpn.app.enforce.SiteState;
import org.getvpn.app.view.StatusJson;
import org.onosproject.cli.AbstractShellCommand;

/** Shows key server, groups and sites at a glance. */
@Service
@Command(
        scope = "getvpn",
        name = "status",
        description = "Shows key server, groups and sites at a glance")
public class StatusCommand extends AbstractShellCommand {
    @Override
    protected void doExecute() {
        PolicyInForce inForce = get(PolicyInForce.class);
        List<SiteState> sites = get(Enforcement.class).sites();
        JsonNode status =
                StatusJson.status(
                        inForce.policy().isPresent(),
                        inForce.health(),
                        inForce.isPending(),
                        inForce.keyServer(),
                        sites,
                        inForce.configuration(),
                        get(Enforcement.class).migrations());
        if (outputJson()) {
            print("%s", status);
            return;
        }
        print(
                "configuration  %s%s",
                inForce.health(), inForce.isPending() ? " (a newer one is being taken up)" : "");
        JsonNode keyServer = status.path("keyServer");
        if (keyServer.isObject()) {
            print(
                    "key server     %s, listening on %s, %s registrations, %s refused, %s ignored",
                    keyServer.path("health").asText(),
                    keyServer.path("listen").asText(),
                    keyServer.path("registrations").asText(),
                    keyServer.path("refusals").asText(),
                    keyServer.path("datagramsIgnored").asText());
        } else {
            print("key server     not running");
        }
        print("groups         %s with %s members", status.path("groups"), status.path("members"));
        print("sites          %s, %s enforced", status.path("sites"), status.path("sitesEnforced"));
        for (JsonNode group : status.path("migrations")) {
            print(
                    "migration      group %s %s, receive-only until %s, in clear: %s packets left"
                            + " sites, %s arrived",
                    group.path("group").asText(),
                    group.path("migration").asText(),
                    group.path("receiveOnlyUntil").asText(),
                    group.path("leftInClear"),
                    group.path("arrivedInClear"));
        }
    }
}

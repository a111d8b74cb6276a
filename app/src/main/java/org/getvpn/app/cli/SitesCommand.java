// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.cli;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.getvpn.app.config.Site;
import org.getvpn.app.enforce.Enforcement;
import org.getvpn.app.enforce.SiteState;
import org.getvpn.app.view.SiteJson;
import org.onosproject.cli.AbstractShellCommand;

/** Lists sites: whether their policy is enforced, what was dropped and why. */
@Service
@Command(
        scope = "getvpn",
        name = "sites",
        description = "Lists sites: whether their policy is enforced, what was dropped and why")
public class SitesCommand extends AbstractShellCommand {
    @Override
    protected void doExecute() {
        List<SiteState> sites = get(Enforcement.class).sites();
        if (outputJson()) {
            print("%s", SiteJson.sites(sites));
            return;
        }
        for (SiteState state : sites) {
            Site site = state.site();
            print(
                    "%s  group %s  %s  %s  %s  rules %d of %d",
                    site.name(),
                    site.group(),
                    site.device(),
                    site.prefixes(),
                    state.phase().label(),
                    state.confirmed(),
                    state.desired());
            if (state.migration().letsArrive()) {
                print(
                        "    migration %s: %d left in clear, %d arrived in clear",
                        state.migration().label(), state.leftInClear(), state.arrivedInClear());
            }
            state.drops()
                    .forEach(
                            (reason, packets) -> {
                                if (packets > 0) {
                                    print("    dropped %d  %s", packets, reason);
                                }
                            });
            state.conflicts().forEach(rule -> print("    conflict: %s", rule));
        }
    }
}

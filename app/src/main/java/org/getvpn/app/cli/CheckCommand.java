// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.getvpn.app.enforce.Enforcement;
import org.getvpn.app.enforce.SiteState;
import org.getvpn.app.view.SiteJson;
import org.onosproject.cli.AbstractShellCommand;

/** Compares what a site's switch holds with what it shall hold, by read-back. */
@Service
@Command(
        scope = "getvpn",
        name = "check",
        description = "Compares what a site's switch holds with what it shall hold, by read-back")
public class CheckCommand extends AbstractShellCommand {
    @Argument(name = "site", description = "only this site")
    @Completion(SiteCompleter.class)
    String site;

    @Override
    protected void doExecute() {
        ArrayNode answers = mapper().createArrayNode();
        for (SiteState state : get(Enforcement.class).sites()) {
            if (site != null && !site.equals(state.site().name())) {
                continue;
            }
            answers.add(SiteJson.check(state));
            if (!outputJson()) {
                print(
                        "%s  %s  %s  rules %d of %d",
                        state.site().name(),
                        SiteJson.isConsistent(state) ? "as desired" : "DIFFERS",
                        state.phase().label(),
                        state.confirmed(),
                        state.desired());
                state.missing().forEach(rule -> print("    missing: %s", rule));
                state.unknown().forEach(rule -> print("    unknown: %s", rule));
                state.conflicts().forEach(rule -> print("    conflict: %s", rule));
            }
        }
        if (outputJson()) {
            print("%s", answers);
        }
    }
}

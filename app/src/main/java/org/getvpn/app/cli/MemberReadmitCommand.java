// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.cli;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.getvpn.app.enforce.PolicyInForce;
import org.getvpn.ks.api.KeyServer;
import org.onosproject.cli.AbstractShellCommand;

/** Lets an evicted member register again. */
@Service
@Command(
        scope = "getvpn",
        name = "member-readmit",
        description = "Lets an evicted member register again")
public class MemberReadmitCommand extends AbstractShellCommand {
    @Argument(name = "group", description = "into which group", required = true)
    @Completion(GroupCompleter.class)
    String group;

    @Argument(index = 1, name = "address", description = "the member's address", required = true)
    String address;

    @Override
    protected void doExecute() {
        KeyServer keyServer = get(PolicyInForce.class).keyServer().orElse(null);
        if (keyServer == null) {
            error("%s", get(PolicyInForce.class).health());
            return;
        }
        try {
            keyServer.readmit(group, address);
            print("%s: member %s may register again", group, address);
        } catch (IllegalArgumentException e) {
            error("%s", e.getMessage());
        }
    }
}

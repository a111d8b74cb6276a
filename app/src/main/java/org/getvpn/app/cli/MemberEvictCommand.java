// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.cli;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.getvpn.app.enforce.PolicyInForce;
import org.getvpn.ks.api.KeyServer;
import org.onosproject.cli.AbstractShellCommand;

/** Puts a member out of a group. */
@Service
@Command(scope = "getvpn", name = "member-evict", description = "Puts a member out of a group")
public class MemberEvictCommand extends AbstractShellCommand {
    @Argument(name = "group", description = "out of which group", required = true)
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
            keyServer.evict(group, address);
            print("%s: member %s evicted; the others register again for new keys", group, address);
        } catch (IllegalArgumentException e) {
            error("%s", e.getMessage());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.cli;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.getvpn.app.enforce.PolicyInForce;
import org.getvpn.app.view.KeyServerJson;
import org.getvpn.ks.api.GroupStatus;
import org.getvpn.ks.api.MemberStatus;
import org.onosproject.cli.AbstractShellCommand;

/** Lists members that registered. */
@Service
@Command(scope = "getvpn", name = "members", description = "Lists members that registered")
public class MembersCommand extends AbstractShellCommand {
    @Argument(name = "group", description = "only of this group")
    @Completion(GroupCompleter.class)
    String group;

    @Override
    protected void doExecute() {
        List<MemberStatus> members = new ArrayList<>();
        get(PolicyInForce.class)
                .keyServer()
                .ifPresent(
                        ks ->
                                ks.groups().stream()
                                        .map(GroupStatus::name)
                                        .filter(name -> group == null || name.equals(group))
                                        .forEach(name -> members.addAll(ks.members(name))));
        if (outputJson()) {
            print("%s", KeyServerJson.members(members));
            return;
        }
        for (MemberStatus member : members) {
            print(
                    "%s  %s  identity %s  registered %d s ago (%d times)  sender ids %s"
                            + "  rekeys sent %d acknowledged %d missed %d",
                    member.group(),
                    member.address(),
                    member.identity(),
                    member.registeredSeconds(),
                    member.registrations(),
                    member.senderIds(),
                    member.rekeysSent(),
                    member.rekeysAcknowledged(),
                    member.rekeysMissed());
        }
    }
}

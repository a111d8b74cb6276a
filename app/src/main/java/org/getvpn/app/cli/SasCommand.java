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
import org.getvpn.ks.api.SaStatus;
import org.onosproject.cli.AbstractShellCommand;

/** Lists keys by SPI: stage and remaining lifetime, never the key. */
@Service
@Command(
        scope = "getvpn",
        name = "sas",
        description = "Lists keys by SPI: stage and remaining lifetime, never the key")
public class SasCommand extends AbstractShellCommand {
    @Argument(name = "group", description = "only of this group")
    @Completion(GroupCompleter.class)
    String group;

    @Override
    protected void doExecute() {
        List<SaStatus> sas = new ArrayList<>();
        get(PolicyInForce.class)
                .keyServer()
                .ifPresent(
                        ks ->
                                ks.groups().stream()
                                        .map(GroupStatus::name)
                                        .filter(name -> group == null || name.equals(group))
                                        .forEach(name -> sas.addAll(ks.sas(name))));
        if (outputJson()) {
            print("%s", KeyServerJson.sas(sas));
            return;
        }
        for (SaStatus sa : sas) {
            print(
                    "%s  %s  %s  %s  %s  %s  %d of %d s left",
                    sa.group(),
                    sa.kind(),
                    sa.spi(),
                    sa.stage(),
                    sa.transform(),
                    sa.direction().text(),
                    sa.remainingSeconds(),
                    sa.lifetimeSeconds());
        }
    }
}

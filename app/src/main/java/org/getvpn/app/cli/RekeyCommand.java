// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.cli;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.getvpn.app.enforce.PolicyInForce;
import org.getvpn.ks.api.KeyServer;
import org.onosproject.cli.AbstractShellCommand;

/** Gives a group a new key now. */
@Service
@Command(scope = "getvpn", name = "rekey", description = "Gives a group a new key now")
public class RekeyCommand extends AbstractShellCommand {
    @Argument(name = "group", description = "whose key", required = true)
    @Completion(GroupCompleter.class)
    String group;

    @Option(
            name = "--kek",
            description = "change the key of the rekey messages, not the key of the traffic")
    boolean kek;

    @Override
    protected void doExecute() {
        KeyServer keyServer = get(PolicyInForce.class).keyServer().orElse(null);
        if (keyServer == null) {
            error("%s", get(PolicyInForce.class).health());
            return;
        }
        try {
            String spi = kek ? keyServer.rekeyKek(group) : keyServer.rekey(group);
            if (outputJson()) {
                print("%s", mapper().createObjectNode().put("group", group).put("spi", spi));
            } else {
                print("%s: SPI %s announced; getvpn:sas %s shows its stage", group, spi, group);
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            error("%s", e.getMessage());
        }
    }
}

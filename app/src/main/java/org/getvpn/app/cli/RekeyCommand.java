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

    @Option(
            name = "--replace-now",
            description = "delete the old traffic key as soon as members send with the new one")
    boolean replaceNow;

    @Override
    protected void doExecute() {
        KeyServer keyServer = get(PolicyInForce.class).keyServer().orElse(null);
        if (keyServer == null) {
            error("%s", get(PolicyInForce.class).health());
            return;
        }
        if (kek && replaceNow) {
            error("--replace-now is about the traffic key: leave out --kek");
            return;
        }
        try {
            String spi = begin(keyServer);
            if (outputJson()) {
                print("%s", mapper().createObjectNode().put("group", group).put("spi", spi));
            } else {
                print("%s: SPI %s announced; getvpn:sas %s shows its stage", group, spi, group);
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            error("%s", e.getMessage());
        }
    }

    private String begin(KeyServer keyServer) {
        if (kek) {
            return keyServer.rekeyKek(group);
        }
        return replaceNow ? keyServer.replaceNow(group) : keyServer.rekey(group);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.getvpn.app.enforce.PolicyInForce;
import org.getvpn.ks.api.GroupStatus;
import org.getvpn.ks.api.KeyServer;
import org.onlab.osgi.DefaultServiceDirectory;
import org.onosproject.cli.AbstractChoicesCompleter;

/** Completes names of groups. */
@Service
public class GroupCompleter extends AbstractChoicesCompleter {
    @Override
    protected List<String> choices() {
        return DefaultServiceDirectory.getService(PolicyInForce.class)
                .keyServer()
                .map(KeyServer::groups)
                .orElse(List.of())
                .stream()
                .map(GroupStatus::name)
                .collect(Collectors.toList());
    }
}

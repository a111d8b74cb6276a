// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.getvpn.app.enforce.PolicyInForce;
import org.getvpn.app.policy.NetworkPolicy;
import org.onlab.osgi.DefaultServiceDirectory;
import org.onosproject.cli.AbstractChoicesCompleter;

/** Completes names of sites. */
@Service
public class SiteCompleter extends AbstractChoicesCompleter {
    @Override
    protected List<String> choices() {
        return DefaultServiceDirectory.getService(PolicyInForce.class)
                .policy()
                .map(NetworkPolicy::sites)
                .orElse(List.of())
                .stream()
                .map(policy -> policy.site().name())
                .collect(Collectors.toList());
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.SitePolicy;
import org.onosproject.net.PortNumber;

/** What the program cannot enforce, in words that say what to change. */
public final class P4Limits {
    /** The program knows GDOI by this port alone. */
    private static final int GDOI_PORT = 848;

    private static final long HIGHEST_PORT = 509;

    private P4Limits() {}

    /** Why {@code policy} cannot be put on a P4 switch; empty if it can. */
    public static List<String> problems(DevicePolicy policy) {
        List<String> problems = new ArrayList<>();
        if (policy.keyServer().isPresent()) {
            problems.add(
                    "keyServer.attachment "
                            + policy.keyServer().get().attachment().port()
                            + ": a P4 switch has sites only, attach the key server to another"
                            + " switch");
        }
        if (!policy.isEdge()) {
            problems.add(policy.device() + ": a P4 switch carries no transit, it has sites only");
        }
        Map<PortNumber, String> wan = new HashMap<>();
        for (SitePolicy site : policy.sites()) {
            check(site, wan, problems);
        }
        return problems;
    }

    private static void check(
            SitePolicy policy, Map<PortNumber, String> wan, List<String> problems) {
        String name = policy.site().name();
        if (policy.gdoiPort() != GDOI_PORT) {
            problems.add(
                    name
                            + ": keyServer.port "
                            + policy.gdoiPort()
                            + ": a P4 switch knows GDOI by port 848, use that");
        }
        for (PortNumber port : policy.site().ports().wan()) {
            String other = wan.putIfAbsent(port, name);
            if (other != null) {
                problems.add(
                        name
                                + ": wanPorts "
                                + port
                                + " is a WAN port of "
                                + other
                                + " too: on a P4 switch each site has its own");
            }
        }
        checkPorts(policy, problems);
    }

    private static void checkPorts(SitePolicy policy, List<String> problems) {
        List<PortNumber> ports = new ArrayList<>(policy.site().ports().local());
        ports.addAll(policy.site().ports().wan());
        ports.add(policy.site().memberPort());
        for (PortNumber port : ports) {
            if (port.toLong() < 0 || port.toLong() > HIGHEST_PORT) {
                problems.add(
                        policy.site().name()
                                + ": port "
                                + port
                                + ": ports of a P4 switch are 0 to "
                                + HIGHEST_PORT);
            }
        }
    }
}

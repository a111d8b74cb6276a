// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.getvpn.app.config.Samples;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.Migration;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.app.policy.SitePolicy;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.IpAddress;
import org.onosproject.core.DefaultApplicationId;
import org.onosproject.net.DeviceId;

/** Random policies of one site, by seed, and the entries that they become. */
public final class SitePolicies {
    public static final DefaultApplicationId APPLICATION =
            new DefaultApplicationId(7, "org.getvpn");
    public static final DeviceId SITE1 = DeviceId.deviceId("of:0000000000000001");
    private static final String[] NETS = {
        "0.0.0.0/0",
        "10.0.0.0/8",
        "10.1.0.0/16",
        "10.1.0.0/24",
        "10.1.0.128/25",
        "10.2.0.0/16",
        "10.2.0.7/32",
        "172.16.0.0/12"
    };
    private static final int[] PROTOCOLS = {1, 6, 17, 47};
    private static final int[] PORTS = {53, 443};

    private final Random random;

    /** Policies that {@code random} makes up. */
    public SitePolicies(Random random) {
        this.random = random;
    }

    /** A policy of a group that encrypts. */
    public SitePolicy next(MemberAccess access) {
        return next(access, Migration.CLOSED);
    }

    /** A policy of a group on its way from clear text. */
    public SitePolicy next(MemberAccess access, Migration migration) {
        return next(access, migration, Samples.json());
    }

    /** The same of a network whose first site is as {@code json} says, apart from its lines. */
    public SitePolicy next(MemberAccess access, Migration migration, ObjectNode json) {
        ((ObjectNode) json.path("sites").path(0)).putArray("localBypass");
        ArrayNode lines = ((ObjectNode) json.path("groups").path(0)).putArray("policy");
        for (int i = random.nextInt(5); i >= 0; i--) {
            addLine(lines, PolicyLine.Action.values()[random.nextInt(3)]);
        }
        lines.addObject()
                .put("action", "PROTECT")
                .put("source", "10.0.0.0/8")
                .put("destination", "10.0.0.0/8");
        try {
            return NetworkPolicy.of(
                            Samples.read(json),
                            access == MemberAccess.EVICTED
                                    ? Map.of("blue", Set.of(IpAddress.valueOf("10.1.0.2")))
                                    : Map.of())
                    .at(Map.of("blue", migration))
                    .sites()
                    .get(0);
        } catch (AssertionError unreachableLine) {
            return next(
                    access, migration, json); // the reader refuses lines that an earlier one hides
        }
    }

    static List<PolicyRule> entries(SitePolicy policy, Integer... spis) {
        return new P4PolicyTranslator(APPLICATION)
                .translate(
                        new DevicePolicy(SITE1, List.of(policy), Optional.empty()),
                        List.of(),
                        Map.of("blue", Set.of(spis)));
    }

    private void addLine(ArrayNode lines, PolicyLine.Action action) {
        ObjectNode line =
                lines.addObject()
                        .put("action", action.name())
                        .put("source", NETS[random.nextInt(NETS.length)])
                        .put("destination", NETS[random.nextInt(NETS.length)]);
        if (random.nextBoolean()) {
            int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
            line.put("protocol", protocol);
            if (protocol == 6 || protocol == 17) {
                if (random.nextBoolean()) {
                    line.put("destinationPort", PORTS[random.nextInt(PORTS.length)]);
                }
                if (random.nextInt(4) == 0) {
                    line.put("sourcePort", PORTS[random.nextInt(PORTS.length)]);
                }
            }
        }
    }
}

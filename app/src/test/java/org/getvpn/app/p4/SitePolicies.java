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
    private static final String[] IPV6_NETS = {
        "::/0",
        "2001:db8::/32",
        "2001:db8:1::/48",
        "2001:db8:1:8000::/49",
        "2001:db8:2::/48",
        "2001:db8:2::7/128",
        "fd00::/8"
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

    /** A policy with lines of both IP versions, of a site that has both. */
    public SitePolicy mixed(MemberAccess access, Migration migration) {
        ObjectNode json = Samples.json();
        ObjectNode site = (ObjectNode) json.path("sites").path(0);
        site.putArray("localBypass");
        site.putArray("prefixes").add("10.1.0.0/24").add("2001:db8:1::/48");
        site.putArray("gateway").add("10.1.0.1").add("2001:db8:1::1");
        ArrayNode lines = ((ObjectNode) json.path("groups").path(0)).putArray("policy");
        for (int i = 2 + random.nextInt(6); i >= 0; i--) {
            PolicyLine.Action action = PolicyLine.Action.values()[random.nextInt(3)];
            if (random.nextInt(3) == 0) {
                addLine(lines, action, NETS, 1);
            } else {
                addLine(lines, action, IPV6_NETS, 58);
            }
        }
        if (random.nextBoolean()) { // what slips past a line before leaves in clear
            lines.addObject()
                    .put("action", "BYPASS")
                    .put("source", "2001:db8:1::/48")
                    .put("destination", "::/0");
        }
        try {
            return first(json, access, migration);
        } catch (AssertionError unreachableLine) {
            return mixed(access, migration);
        }
    }

    /** The same of a network whose first site is as {@code json} says, apart from its lines. */
    public SitePolicy next(MemberAccess access, Migration migration, ObjectNode json) {
        ((ObjectNode) json.path("sites").path(0)).putArray("localBypass");
        ArrayNode lines = ((ObjectNode) json.path("groups").path(0)).putArray("policy");
        for (int i = random.nextInt(5); i >= 0; i--) {
            addLine(lines, PolicyLine.Action.values()[random.nextInt(3)], NETS, 1);
        }
        lines.addObject()
                .put("action", "PROTECT")
                .put("source", "10.0.0.0/8")
                .put("destination", "10.0.0.0/8");
        try {
            return first(json, access, migration);
        } catch (AssertionError unreachableLine) {
            return next(
                    access, migration, json); // the reader refuses lines that an earlier one hides
        }
    }

    private static SitePolicy first(ObjectNode json, MemberAccess access, Migration migration) {
        return NetworkPolicy.of(
                        Samples.read(json),
                        access == MemberAccess.EVICTED
                                ? Map.of("blue", Set.of(IpAddress.valueOf("10.1.0.2")))
                                : Map.of())
                .at(Map.of("blue", migration))
                .sites()
                .get(0);
    }

    static List<PolicyRule> entries(SitePolicy policy, Integer... spis) {
        return new P4PolicyTranslator(APPLICATION)
                .translate(
                        new DevicePolicy(SITE1, List.of(policy), Optional.empty()),
                        List.of(),
                        Map.of("blue", Set.of(spis)));
    }

    private void addLine(ArrayNode lines, PolicyLine.Action action, String[] nets, int icmp) {
        ObjectNode line =
                lines.addObject()
                        .put("action", action.name())
                        .put("source", nets[random.nextInt(nets.length)])
                        .put("destination", nets[random.nextInt(nets.length)]);
        if (random.nextBoolean()) {
            int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
            line.put("protocol", protocol == 1 ? icmp : protocol);
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

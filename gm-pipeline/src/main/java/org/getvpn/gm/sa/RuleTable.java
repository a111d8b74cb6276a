// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.List;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.TrafficRule;

/**
 * The ordered policy, flat for the packet path: the first rule that matches decides. Rules of IPv6
 * are kept out, since IPv6 packets are dropped.
 */
public final class RuleTable {
    /** What the policy says of a packet. */
    public enum Decision {
        /** encrypt, or decrypt only */
        PROTECT,
        /** pass in clear */
        BYPASS,
        /** drop, an explicit rule */
        DROP,
        /** no rule matches */
        NO_RULE,
        /** a rule with ports might match, and the packet has none in reach */
        NEEDS_PORTS
    }

    private static final int FIELDS = 8;
    private static final Decision[] DECISIONS = {Decision.PROTECT, Decision.BYPASS, Decision.DROP};

    private final int[] fields;

    /** Flattens {@code rules}, in order. */
    public RuleTable(List<TrafficRule> rules) {
        List<TrafficRule> ipv4 =
                rules.stream().filter(r -> r.selector().source().ipVersion() == 4).toList();
        fields = new int[ipv4.size() * FIELDS];
        int at = 0;
        for (TrafficRule rule : ipv4) {
            IpPrefix source = rule.selector().source();
            IpPrefix destination = rule.selector().destination();
            fields[at] = toInt(source.address());
            fields[at + 1] = mask(source.length());
            fields[at + 2] = toInt(destination.address());
            fields[at + 3] = mask(destination.length());
            fields[at + 4] = rule.selector().protocol();
            fields[at + 5] = rule.selector().sourcePort();
            fields[at + 6] = rule.selector().destinationPort();
            fields[at + 7] = rule.action().ordinal();
            at += FIELDS;
        }
    }

    private static int toInt(byte[] ipv4) {
        return ipv4[0] << 24 | (ipv4[1] & 0xff) << 16 | (ipv4[2] & 0xff) << 8 | ipv4[3] & 0xff;
    }

    private static int mask(int length) {
        return length == 0 ? 0 : -1 << 32 - length;
    }

    /** How many rules there are. */
    public int size() {
        return fields.length / FIELDS;
    }

    /** Decides a packet whose ports are known, or that has none by its protocol (then both 0). */
    public Decision decide(
            int source, int destination, int protocol, int sourcePort, int destinationPort) {
        int[] f = fields;
        for (int at = 0; at < f.length; at += FIELDS) {
            if (addressed(f, at, source, destination, protocol)
                    && (f[at + 5] == 0 || f[at + 5] == sourcePort)
                    && (f[at + 6] == 0 || f[at + 6] == destinationPort)) {
                return DECISIONS[f[at + 7]];
            }
        }
        return Decision.NO_RULE;
    }

    /**
     * Decides a later fragment, which has no ports: a rule with ports that might match ends the
     * search, because guessing could leak.
     */
    public Decision decideWithoutPorts(int source, int destination, int protocol) {
        int[] f = fields;
        for (int at = 0; at < f.length; at += FIELDS) {
            if (addressed(f, at, source, destination, protocol)) {
                return (f[at + 5] | f[at + 6]) == 0 ? DECISIONS[f[at + 7]] : Decision.NEEDS_PORTS;
            }
        }
        return Decision.NO_RULE;
    }

    private static boolean addressed(int[] f, int at, int source, int destination, int protocol) {
        return (source & f[at + 1]) == f[at]
                && (destination & f[at + 3]) == f[at + 2]
                && (f[at + 4] == 0 || f[at + 4] == protocol);
    }
}

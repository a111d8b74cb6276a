// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gdoi.policy.TrafficSelector;

/**
 * A group's ordered policy in our private GAP attribute 130, because SA TEK knows no exceptions. It
 * goes only to peers that announced our vendor id.
 *
 * <pre>
 * | version (1) = 1 | reserved (1) | number of rules (2) | rules ...
 * rule: | action (1): 1 PROTECT, 2 BYPASS, 3 DROP | IP version (1): 4, 6 | protocol (1) |
 *       | source length (1) | destination length (1) | reserved (1) |
 *       | source port (2) | destination port (2) | source (4, 16) | destination (4, 16) |
 * </pre>
 */
public final class TrafficRuleList {
    /** Most rules of a group. */
    public static final int MAX_RULES = 1024;

    private static final int VERSION = 1;

    private TrafficRuleList() {}

    /** Reads the value of the attribute. */
    public static List<TrafficRule> read(byte[] value) throws MalformedPayload {
        WireReader in = new WireReader("traffic rules", value);
        int version = in.u8();
        in.zero("reserved octet", 1);
        int count = in.u16();
        if (version != VERSION || count > MAX_RULES) {
            throw in.malformed("version " + version + " with " + count + " rules");
        }
        List<TrafficRule> rules = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rules.add(readRule(in));
        }
        in.end();
        return rules;
    }

    private static TrafficRule readRule(WireReader in) throws MalformedPayload {
        int action = in.u8();
        int ipVersion = in.u8();
        int protocol = in.u8();
        int sourceLength = in.u8();
        int destinationLength = in.u8();
        in.zero("reserved octet of a rule", 1);
        int sourcePort = in.u16();
        int destinationPort = in.u16();
        if (action < 1 || action > 3 || ipVersion != 4 && ipVersion != 6) {
            throw in.malformed("action " + action + " for IP version " + ipVersion);
        }
        int octets = ipVersion == 4 ? 4 : 16;
        byte[] source = in.bytes(octets);
        byte[] destination = in.bytes(octets);
        try {
            return new TrafficRule(
                    TrafficRule.Action.values()[action - 1],
                    new TrafficSelector(
                            IpPrefix.of(source, sourceLength),
                            IpPrefix.of(destination, destinationLength),
                            protocol,
                            sourcePort,
                            destinationPort));
        } catch (IllegalArgumentException e) {
            throw in.malformed(e.getMessage());
        }
    }

    /**
     * The attribute for {@code rules}.
     *
     * @throws IllegalArgumentException beyond {@link #MAX_RULES}
     */
    public static DataAttribute write(List<TrafficRule> rules) {
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException(rules.size() + " rules, " + MAX_RULES + " at most");
        }
        WireWriter out = new WireWriter().u8(VERSION).u8(0).u16(rules.size());
        for (TrafficRule rule : rules) {
            TrafficSelector selector = rule.selector();
            out.u8(rule.action().ordinal() + 1)
                    .u8(selector.source().ipVersion())
                    .u8(selector.protocol())
                    .u8(selector.source().length())
                    .u8(selector.destination().length())
                    .u8(0)
                    .u16(selector.sourcePort())
                    .u16(selector.destinationPort())
                    .bytes(selector.source().address())
                    .bytes(selector.destination().address());
        }
        return DataAttribute.variable(GroupAssociatedPolicy.TRAFFIC_RULES, out.toByteArray());
    }
}

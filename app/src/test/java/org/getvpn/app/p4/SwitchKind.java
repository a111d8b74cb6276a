// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.getvpn.app.openflow.OpenFlowPolicyTranslator;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.openflow.TestPacket;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.SitePolicy;

/** What enforces a site's policy, and what it sees of a packet. */
enum SwitchKind {
    OPENFLOW {
        @Override
        List<PolicyRule> translate(SitePolicy policy) {
            return new OpenFlowPolicyTranslator(SitePolicies.APPLICATION)
                    .translate(
                            new DevicePolicy(SitePolicies.SITE1, List.of(policy), Optional.empty()),
                            List.of());
        }

        @Override
        Function<SitePacket, String> over(List<PolicyRule> rules) {
            return packet -> seen(packet).outcome(rules);
        }

        @Override
        Optional<PolicyRule> decider(List<PolicyRule> rules, SitePacket packet) {
            return seen(packet).decide(rules);
        }

        private TestPacket seen(SitePacket packet) {
            return new TestPacket(
                    packet.port,
                    packet.source,
                    packet.destination,
                    packet.protocol,
                    packet.sourcePort,
                    packet.destinationPort,
                    packet.isHidden(this));
        }
    },
    P4 {
        @Override
        List<PolicyRule> translate(SitePolicy policy) {
            return SitePolicies.entries(policy, 0xaaaa);
        }

        @Override
        Function<SitePacket, String> over(List<PolicyRule> entries) {
            ProgramModel program = new ProgramModel(entries);
            return packet -> program.decide(packet.frame()).where;
        }

        @Override
        Optional<PolicyRule> decider(List<PolicyRule> entries, SitePacket packet) {
            return new ProgramModel(entries).decide(packet.frame()).by;
        }
    };

    abstract List<PolicyRule> translate(SitePolicy policy);

    abstract Function<SitePacket, String> over(List<PolicyRule> rules);

    abstract Optional<PolicyRule> decider(List<PolicyRule> rules, SitePacket packet);
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.getvpn.app.config.Samples;
import org.getvpn.app.p4.SitePolicies;
import org.getvpn.app.policy.NetworkPolicy;
import org.junit.jupiter.api.Test;
import org.onlab.packet.IpAddress;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.criteria.Criterion;
import org.onosproject.net.flow.criteria.PortCriterion;

/**
 * Two sites on one switch: the one datagram of a rekey comes in by the WAN port of either, whoever
 * listens.
 */
class SharedSwitchTest {
    private static final long FIRST = 11;
    private static final long SECOND = 21;

    @Test
    void rekeysComeInByTheWanOfEitherSite() {
        assertEquals(Set.of(FIRST, SECOND), portsForRekeys());
    }

    @Test
    void theWanOfASiteWhoseMemberIsPutOutStaysOpenForTheRekeysOfTheOther() {
        assertEquals(Set.of(FIRST, SECOND), portsForRekeys(member(0)));
        assertEquals(Set.of(FIRST, SECOND), portsForRekeys(member(1)));
    }

    @Test
    void whereNobodyListensNoneComesIn() {
        assertEquals(Set.of(), portsForRekeys(member(0), member(1)));
    }

    private static IpAddress member(int site) {
        return policy(Set.of()).sites().get(site).site().memberAddress();
    }

    private static NetworkPolicy policy(Set<IpAddress> evicted) {
        return NetworkPolicy.of(
                Samples.read(Samples.twoSitesOnOneSwitch(SitePolicies.SITE1, "239.1.2.3")),
                Map.of("blue", evicted));
    }

    private static Set<Long> portsForRekeys(IpAddress... evicted) {
        return new OpenFlowPolicyTranslator(SitePolicies.APPLICATION)
                        .translate(
                                policy(Set.of(evicted)).device(SitePolicies.SITE1),
                                List.of(
                                        PortNumber.portNumber(FIRST),
                                        PortNumber.portNumber(SECOND)))
                        .stream()
                        .filter(rule -> rule.purpose().equals("rekeys by multicast"))
                        .filter(rule -> !rule.site().isEmpty())
                        .map(rule -> rule.rule().selector().getCriterion(Criterion.Type.IN_PORT))
                        .map(port -> ((PortCriterion) port).port().toLong())
                        .collect(Collectors.toCollection(TreeSet::new));
    }
}

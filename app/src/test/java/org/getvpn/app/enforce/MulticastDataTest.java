// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.getvpn.app.config.Site;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.Migration;
import org.getvpn.app.policy.SitePolicy;
import org.junit.jupiter.api.Test;
import org.onlab.packet.IpAddress;
import org.onosproject.net.PortNumber;

/** What hosts send to multicast groups, over random networks of OpenFlow and P4 edges. */
class MulticastDataTest {
    private static final int ROUNDS = 150;
    private static final int UDP = 17;

    private final Random random = new Random(1112);

    @Test
    void espOfAMemberReachesEachOtherMemberOfItsGroupOnceAndNothingElse() {
        int delivered = 0;
        for (int round = 0; round < ROUNDS; round++) {
            MulticastNetwork network = new MulticastNetwork(random, Map.of());
            for (SitePolicy from : network.sites()) {
                Map<String, Integer> expected = new TreeMap<>();
                for (SitePolicy to : network.sites()) {
                    if (isAdmitted(from) && receives(network, from, to)) {
                        expected.put(at(to.site(), to.site().memberPort()), 1);
                    }
                }
                delivered += expected.size();
                for (int version : new int[] {4, 6}) {
                    assertEquals(
                            expected,
                            send(network, from, from.site().memberPort(), version, 50),
                            () -> from.site().name() + " IPv" + version + network);
                }
            }
        }
        assertTrue(delivered > ROUNDS, "too few that are connected");
    }

    @Test
    void whatAHostSendsGoesToItsMemberAndTheOtherHostsOfItsSite() {
        for (int round = 0; round < ROUNDS; round++) {
            MulticastNetwork network = new MulticastNetwork(random, Map.of());
            for (SitePolicy from : network.sites()) {
                Map<String, Integer> expected = hosts(from.site(), 1);
                expected.put(at(from.site(), from.site().memberPort()), 1);
                for (int version : new int[] {4, 6}) {
                    assertEquals(expected, send(network, from, host(from), version, UDP));
                }
            }
        }
    }

    @Test
    void whatAMemberDecryptedGoesToTheHostsOfItsSiteAlone() {
        for (int round = 0; round < ROUNDS; round++) {
            MulticastNetwork network = new MulticastNetwork(random, Map.of());
            for (SitePolicy to : network.sites()) {
                Map<String, Integer> expected =
                        isAdmitted(to) ? hosts(to.site(), 0) : new TreeMap<>();
                assertEquals(
                        expected,
                        network.follow(
                                to.site().device(),
                                to.site().memberPort(),
                                "10.99.0.9",
                                group(to, 4),
                                UDP));
            }
        }
    }

    @Test
    void clearTextFromTheWanReachesNobody() {
        for (int round = 0; round < ROUNDS; round++) {
            MulticastNetwork network = new MulticastNetwork(random, Map.of());
            for (SitePolicy to : network.sites()) {
                for (PortNumber wan : to.site().ports().wan()) {
                    assertEquals(
                            Map.of(),
                            network.follow(
                                    to.site().device(), wan, "10.99.0.9", group(to, 4), UDP));
                }
            }
        }
    }

    @Test
    void beforeItsGroupTurnsClearTextReachesTheHostsOfEveryOtherSiteOnce() {
        Map<String, Migration> open = Map.of("blue", Migration.OPEN, "red", Migration.OPEN);
        for (int round = 0; round < ROUNDS; round++) {
            MulticastNetwork network = new MulticastNetwork(random, open);
            for (SitePolicy from : network.sites()) {
                if (!isAdmitted(from)) {
                    continue; // closed
                }
                Map<String, Integer> expected = hosts(from.site(), 1);
                for (SitePolicy to : network.sites()) {
                    if (receives(network, from, to)) {
                        expected.putAll(hosts(to.site(), 0));
                    }
                }
                for (int version : new int[] {4, 6}) {
                    assertEquals(
                            expected,
                            send(network, from, host(from), version, UDP),
                            () -> from.site().name() + " IPv" + version + network);
                }
            }
        }
    }

    private static Map<String, Integer> send(
            MulticastNetwork network, SitePolicy from, PortNumber port, int version, int protocol) {
        IpAddress.Version wanted = version == 4 ? IpAddress.Version.INET : IpAddress.Version.INET6;
        String prefix =
                from.site().prefixes().stream()
                        .filter(each -> each.version() == wanted)
                        .map(each -> each.address().toString())
                        .findFirst()
                        .orElseThrow();
        String source = version == 4 ? prefix.replaceAll("0\\.0$", "0.9") : prefix + "9";
        return network.follow(from.site().device(), port, source, group(from, version), protocol);
    }

    private static String group(SitePolicy site, int version) {
        boolean isBlue = site.site().group().equals("blue");
        return version == 4
                ? "239." + (isBlue ? 1 : 2) + ".2.3"
                : "ff0" + (isBlue ? 5 : 6) + "::123";
    }

    private static boolean receives(MulticastNetwork network, SitePolicy from, SitePolicy to) {
        return to != from
                && isAdmitted(to)
                && to.site().group().equals(from.site().group())
                && network.connects(from.site(), to.site());
    }

    private static boolean isAdmitted(SitePolicy site) {
        return site.access() == MemberAccess.ADMITTED;
    }

    private static PortNumber host(SitePolicy site) {
        return site.site().ports().local().get(0);
    }

    /** One copy at each port towards hosts but the first {@code left}. */
    private static Map<String, Integer> hosts(Site site, int left) {
        Map<String, Integer> copies = new TreeMap<>();
        List<PortNumber> ports = site.ports().local();
        ports.subList(left, ports.size()).forEach(port -> copies.put(at(site, port), 1));
        return copies;
    }

    private static String at(Site site, PortNumber port) {
        return site.device() + "/" + port;
    }
}

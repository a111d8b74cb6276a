// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.getvpn.app.policy.SitePolicy;
import org.onosproject.net.PortNumber;

/** Which ports get copies of multicast data at one site, by the way that the data takes. */
final class SiteCopies {
    private final boolean isUsed;
    private final SortedSet<PortNumber> inside = none();
    private final SortedSet<PortNumber> hosts = none();
    private final SortedSet<PortNumber> onward = none();
    private final SortedSet<PortNumber> leaving = none();

    /**
     * @param branches ports that lead on to the other sites
     */
    SiteCopies(SitePolicy policy, Collection<PortNumber> branches) {
        isUsed = !policy.multicastDestinations().isEmpty();
        hosts.addAll(policy.site().ports().local());
        inside.addAll(hosts);
        inside.add(policy.site().memberPort());
        onward.addAll(branches);
        leaving.addAll(hosts);
        leaving.addAll(branches);
    }

    /** No ports yet, lowest first. */
    static SortedSet<PortNumber> none() {
        return new TreeSet<>(Comparator.comparingLong(PortNumber::toLong));
    }

    /** Of what a host sends and a line protects: the member, and the site's other hosts. */
    SortedSet<PortNumber> inside() {
        return inside;
    }

    /** Of what the member decrypted, or came in clear: the site's hosts. */
    SortedSet<PortNumber> hosts() {
        return hosts;
    }

    /** Of what the member encrypted: the other sites; none if no way leads there. */
    SortedSet<PortNumber> onward() {
        return onward;
    }

    /** Of what a host sends and leaves in clear: the other sites, and the site's other hosts. */
    SortedSet<PortNumber> leaving() {
        return leaving;
    }

    /** Those that entries of the site may name. */
    List<SortedSet<PortNumber>> all() {
        return Stream.of(inside, hosts, onward, leaving)
                .filter(ports -> isUsed && !ports.isEmpty())
                .collect(Collectors.toList());
    }
}

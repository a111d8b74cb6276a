// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.Set;
import java.util.TreeSet;
import org.getvpn.app.config.Site;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.SitePolicy;

/** Which SPIs reach a site's member: those that its group's keys have now, one entry each. */
final class SpiEntries {
    private final SitePolicy policy;
    private final int number;
    private final Set<Integer> spis;

    SpiEntries(SitePolicy policy, int number, Set<Integer> spis) {
        this.policy = policy;
        this.number = number;
        this.spis = new TreeSet<>(spis);
    }

    void addTo(EntryList entries) {
        Site site = policy.site();
        for (int spi : spis) {
            EntryMatch match = EntryMatch.site(number).spi(spi);
            if (policy.access() == MemberAccess.EVICTED) {
                entries.drop(
                        Table.INBOUND_SPI,
                        match,
                        DropReason.MEMBER_EVICTED,
                        site.name(),
                        "no ESP to an evicted member");
            } else {
                entries.announce(
                        match,
                        spi,
                        Action.toMember(site.memberPort()),
                        site.name(),
                        "ESP to the member");
            }
        }
    }
}

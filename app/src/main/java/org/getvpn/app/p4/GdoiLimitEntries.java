// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.SitePolicy;

/** What the meter of a member port finds too fast is dropped. The meter itself is no entry. */
final class GdoiLimitEntries {
    private final SitePolicy policy;

    GdoiLimitEntries(SitePolicy policy) {
        this.policy = policy;
    }

    void addTo(EntryList entries) {
        entries.drop(
                Table.GDOI_LIMIT,
                EntryMatch.port(policy.site().memberPort().toLong()).red(),
                DropReason.GDOI_LIMIT,
                policy.site().name(),
                "no more GDOI than the key server is to bear");
    }
}

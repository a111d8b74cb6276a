// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;

/**
 * Who was given which sender ids under which TEK: none twice, and all of one width, for those of
 * two widths make the same IVs.
 */
final class SenderIdLedger {
    private final Map<Spi, Set<SenderId>> given = new HashMap<>();

    void give(List<SenderId> ids, List<Tek> teks) {
        for (Tek tek : teks) {
            Set<SenderId> used = given.computeIfAbsent(tek.spi(), none -> new HashSet<>());
            for (SenderId id : ids) {
                assertTrue(used.add(id), "sender id " + id + " twice under " + tek.spi());
                assertEquals(
                        1,
                        used.stream().map(SenderId::bits).distinct().count(),
                        "widths of sender ids under " + tek.spi());
            }
        }
    }
}

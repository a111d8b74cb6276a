// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.getvpn.bench.rekey.RekeyBenchmark;
import org.junit.jupiter.api.Test;

/** The benchmark of rekeys in its quick form: processes, datagrams and cryptography are real. */
class RekeyBenchmarkTest {
    private static final int LEVELS_OF_50 = 6;

    @Test
    void everyMemberFollowsAndEveryFactIsThere() throws IOException {
        Map<String, Object> facts = RekeyBenchmark.quick().run();

        assertEquals(0L, facts.get("unicast_missing_10k"));
        assertTrue((int) facts.get("lkh_keys_10k") <= 2 * LEVELS_OF_50, facts::toString);
        assertTrue((int) facts.get("lkh_keys_10k") >= LEVELS_OF_50, facts::toString);
        for (String measured :
                new String[] {
                    "heap_mib_10k",
                    "multicast_cost_ratio_10k_to_10",
                    "registrations_s_10k",
                    "restart_10k_s",
                    "unicast_10k_s"
                }) {
            assertTrue((double) facts.get(measured) > 0, measured);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import org.getvpn.gm.esp.EspDecapsulator;
import org.junit.jupiter.api.Test;

/** What the benchmark measures is the work that it claims to measure. */
class EspBenchmarkTest {
    @Test
    void everyMeasuredPacketIsReallyEncryptedAndOpensAgain() throws GeneralSecurityException {
        for (int octets : new int[] {64, 512, 1400}) {
            EspBenchmark benchmark = new EspBenchmark();
            benchmark.octets = octets;
            benchmark.prepare();
            assertTrue(benchmark.encapsulate());
            assertEquals(EspDecapsulator.Result.OPENED, benchmark.encapsulateAndDecapsulate());
            assertEquals(octets + 16, benchmark.bareCipher());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.GeneralSecurityException;
import org.getvpn.gm.esp.AeadChoice;
import org.getvpn.gm.esp.EspFormat;
import org.getvpn.gm.packet.Ipv4;
import org.junit.jupiter.api.Test;

/** What the benchmark measures is the work that it claims to measure. */
class EspBenchmarkTest {
    @Test
    void everyMeasuredPacketIsReallyEncryptedAndOpensAgain() throws GeneralSecurityException {
        for (int octets : new int[] {64, 512, 1400}) {
            EspBenchmark benchmark = new EspBenchmark();
            benchmark.octets = octets;
            benchmark.crypto = AeadChoice.JDK;
            benchmark.prepare();
            assertEquals(
                    EspFormat.AES_GCM.outerLength(Ipv4.HEADER, octets), benchmark.encapsulate());
            assertEquals(octets, benchmark.encapsulateAndDecapsulate());
            assertEquals(octets + 16, benchmark.bareCipher());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.getvpn.ks.group.Boot;
import org.junit.jupiter.api.Test;

class LinuxBootTest {
    @Test
    void oneRunOfTheMachineHasOneNameAndAClockThatOnlyGrows() {
        Boot first = LinuxBoot.read();
        Boot later = LinuxBoot.read();
        assertEquals(first.id(), later.id());
        assertTrue(first.uptimeMillis() > 0);
        assertTrue(later.uptimeMillis() >= first.uptimeMillis());
    }
}

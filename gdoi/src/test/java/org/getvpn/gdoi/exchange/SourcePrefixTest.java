// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** Which sources share a bound. */
class SourcePrefixTest {
    private static long prefix(String address) throws UnknownHostException {
        return SourcePrefix.of(InetAddress.getByName(address));
    }

    @Test
    void ipv4SourcesOfOneTwentyFourShareIt() throws UnknownHostException {
        assertEquals(prefix("198.51.100.1"), prefix("198.51.100.254"));
        assertNotEquals(prefix("198.51.100.1"), prefix("198.51.101.1"));
    }

    @Test
    void ipv6SourcesOfOneFortyEightShareIt() throws UnknownHostException {
        assertEquals(prefix("2001:db8:1::1"), prefix("2001:db8:1:ffff::1"));
        assertNotEquals(prefix("2001:db8:1::1"), prefix("2001:db8:2::1"));
    }

    @Test
    void theVersionsDoNotShare() throws UnknownHostException {
        assertNotEquals(prefix("1.2.3.4"), prefix("0:1:203::"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What ping prints becomes percentiles. */
class RoundTripsTest {
    private static final String SAID =
            """
            PING 10.2.0.2 (10.2.0.2) 56(84) bytes of data.
            64 bytes from 10.2.0.2: icmp_seq=1 ttl=62 time=0.300 ms
            64 bytes from 10.2.0.2: icmp_seq=2 ttl=62 time=12 ms
            64 bytes from 10.2.0.2: icmp_seq=4 ttl=62 time=0.100 ms

            --- 10.2.0.2 ping statistics ---
            4 packets transmitted, 3 received, 25% packet loss, time 3ms
            rtt min/avg/max/mdev = 0.100/4.133/12.000/5.563 ms
            """;

    @Test
    void eachAnswerCountsOnceAndTheSummaryDoesNot() throws IOException {
        RoundTrips trips = RoundTrips.parse(SAID);
        assertEquals(0.1, trips.percentile(1));
        assertEquals(0.3, trips.percentile(50));
        assertEquals(12, trips.percentile(100));
    }

    @Test
    void theNinetyNinthOfAHundredIsTheSecondLargest() {
        RoundTrips trips =
                new RoundTrips(IntStream.rangeClosed(1, 100).mapToObj(i -> 101.0 - i).toList());
        assertEquals(99, trips.percentile(99));
        assertEquals(100, trips.percentile(99.9));
        assertEquals(50, trips.percentile(50));
    }

    @Test
    void noAnswerIsNoMeasurement() {
        assertThrows(
                IOException.class,
                () -> RoundTrips.parse("3 packets transmitted, 0 received, 100% packet loss"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Map;
import org.getvpn.bench.lab.Effort;
import org.junit.jupiter.api.Test;

/** Ratios are made of medians, and only of what was measured. */
class MeasurementsTest {
    @Test
    void aRatioIsThatOfTheMedians() {
        Measurements measurements = new Measurements(Effort.FULL);
        for (double rate : new double[] {4, 1, 3}) {
            measurements.keep("tcp_gbit_s_getvpn", rate);
            measurements.keep("tcp_gbit_s_strongswan", rate / 6);
        }
        assertEquals(6, (double) measurements.facts().get("tcp_ratio_strongswan"), 1e-9);
        assertEquals(3.0, measurements.facts().get("tcp_gbit_s_getvpn"));
    }

    @Test
    void aPeerThatDidNotRunHasNoRatio() {
        Measurements measurements = new Measurements(Effort.FULL);
        measurements.keep("tcp_gbit_s_getvpn", 3);
        assertFalse(measurements.facts().containsKey("tcp_ratio_strongswan"));
    }

    @Test
    void theNewerWireguardCountsIfItRan() {
        Measurements measurements = new Measurements(Effort.FULL);
        measurements.keep("tcp_gbit_s_getvpn", 3);
        measurements.keep("tcp_gbit_s_wireguard_go", 0.5);
        assertEquals(6.0, measurements.facts().get("tcp_ratio_wireguard_go"));
        measurements.keep("tcp_gbit_s_wireguard_go_newer", 2);
        assertEquals(1.5, measurements.facts().get("tcp_ratio_wireguard_go"));
    }

    @Test
    void twoWorkersAreComparedWithOne() {
        Measurements measurements = new Measurements(Effort.FULL);
        measurements.keep("tcp4_gbit_s_getvpn", 2);
        measurements.keep("udp_pps_getvpn", 50_000);
        assertFalse(measurements.facts().containsKey("tcp4_ratio_2_workers"));
        measurements.keep("tcp4_gbit_s_getvpn_2_workers", 3);
        measurements.keep("udp_pps_getvpn_2_workers", 45_000);
        assertEquals(1.5, measurements.facts().get("tcp4_ratio_2_workers"));
        assertEquals(0.9, measurements.facts().get("udp_ratio_2_workers"));
    }

    @Test
    void whoFailedInALaterRoundIsForgottenWholeAndNobodyElse() {
        Measurements measurements = new Measurements(Effort.FULL);
        measurements.keep("tcp_gbit_s_getvpn", 3);
        measurements.keep("tcp_gbit_s_wireguard_go", 1);
        measurements.keep("tcp_gbit_s_wireguard_go_newer", 2);
        measurements.forget("wireguard_go");
        assertEquals(
                List.of("tcp_gbit_s_getvpn", "tcp_gbit_s_wireguard_go_newer"),
                measurements.facts().keySet().stream()
                        .filter(fact -> !fact.contains("ratio"))
                        .toList());
    }

    @Test
    void lossesOfRoundsAddUpByReason() {
        LossCount.Result both =
                new LossCount.Result(1000, 3, Map.of("NO_SA", 2L, "framesLostUnread", 1L))
                        .plus(new LossCount.Result(1000, 1, Map.of("NO_SA", 1L)));
        assertEquals(0.2, both.percent(), 1e-9);
        assertEquals(Map.of("NO_SA", 3L, "framesLostUnread", 1L), both.reasons());
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.getvpn.app.config.Samples;
import org.getvpn.app.config.VpnConfiguration;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.ks.api.KeyServer;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.SaDirection;
import org.getvpn.ks.api.SaStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.onosproject.core.DefaultApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.flow.DefaultFlowEntry;
import org.onosproject.net.flow.DefaultFlowRule;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.flow.FlowEntry;
import org.onosproject.net.flow.FlowRule;

/** A key is replaced for what was sent under it, all sites together, and once. */
class VolumeRekeyTest {
    private final Switches switches = new Switches();
    private final Key keyServer = new Key();
    private final VolumeRekey rekey = new VolumeRekey();

    @BeforeEach
    void limitOf5000PacketsOrSevenMegabytes() {
        ObjectNode json = Samples.json();
        ((ObjectNode) json.path("groups").path(0).path("tek"))
                .put("packets", 5000)
                .put("octets", 7_000_000);
        VpnConfiguration configuration = Samples.read(json);
        rekey.enforcement = switches;
        rekey.inForce =
                new PolicyInForce() {
                    @Override
                    public Optional<VpnConfiguration> configuration() {
                        return Optional.of(configuration);
                    }

                    @Override
                    public Optional<KeyServer> keyServer() {
                        return Optional.of(keyServer);
                    }
                };
        rekey.activate();
        switches.count("site1", 100, 10_000); // before we looked
        switches.count("site2", 100, 10_000);
    }

    @Test
    void sitesAreAddedUp() {
        switches.count("site1", 2599, 100_000);
        switches.count("site2", 2600, 100_000);
        assertEquals(0, keyServer.rekeys);
        switches.count("site2", 2601, 100_000);
        assertEquals(1, keyServer.rekeys);
    }

    @Test
    void octetsAreCountedToo() {
        switches.count("site1", 200, 7_009_999);
        assertEquals(0, keyServer.rekeys);
        switches.count("site1", 201, 7_010_000);
        assertEquals(1, keyServer.rekeys);
    }

    @Test
    void oneKeyIsReplacedOnceAndTheNextIsCountedFromItsFirstUse() {
        switches.count("site1", 6000, 100_000);
        switches.count("site1", 9000, 200_000);
        assertEquals(1, keyServer.rekeys);
        keyServer.spi = "0x00000002";
        switches.count("site1", 9500, 300_000);
        switches.count("site1", 14_499, 400_000);
        assertEquals(1, keyServer.rekeys);
        switches.count("site1", 14_500, 400_000);
        assertEquals(2, keyServer.rekeys);
    }

    @Test
    void aRuleThatWasLostGoesOnWithoutForgetting() {
        switches.count("site1", 4000, 100_000);
        switches.count("site1", 1000, 50_000); // installed anew
        assertEquals(0, keyServer.rekeys);
        switches.count("site1", 1100, 60_000);
        assertEquals(1, keyServer.rekeys);
    }

    @Test
    void otherRulesCountNothing() {
        switches.observe("site1", "decrypted, to the site's hosts", 1_000_000, 1_000_000_000);
        switches.observe("site1", "decrypted, to the site's hosts", 2_000_000, 2_000_000_000);
        assertEquals(0, keyServer.rekeys);
    }

    @Test
    void aKeyServerThatRefusesIsNoEndOfReconciling() {
        keyServer.failure = new IllegalStateException("it is closing");
        switches.count("site1", 6000, 100_000);
        assertEquals(1, keyServer.rekeys);
    }

    @Test
    void withoutAKeyToSendWithNothingIsCounted() {
        keyServer.spi = null;
        switches.count("site1", 60_000, 100_000);
        assertEquals(0, keyServer.rekeys);
    }

    /** Passes over the switches when the test says so. */
    private static final class Switches extends Enforcement {
        private final EspVolume volume = new EspVolume();
        private Runnable listener;

        @Override
        void addListener(Runnable passed) {
            listener = passed;
        }

        @Override
        EspVolume volume() {
            return volume;
        }

        void count(String site, long packets, long octets) {
            observe(site, PolicyRule.ESP_TO_WAN, packets, octets);
        }

        void observe(String site, String purpose, long packets, long octets) {
            FlowRule rule =
                    DefaultFlowRule.builder()
                            .forDevice(DeviceId.deviceId("of:0000000000000001"))
                            .fromApp(new DefaultApplicationId(7, "org.getvpn"))
                            .withPriority(site.hashCode() & 0xfff)
                            .withSelector(DefaultTrafficSelector.emptySelector())
                            .withTreatment(DefaultTrafficTreatment.emptyTreatment())
                            .makePermanent()
                            .build();
            FlowEntry entry =
                    new DefaultFlowEntry(rule, FlowEntry.FlowEntryState.ADDED, 1, packets, octets);
            volume.observe(Map.of(PolicyRule.permit(rule, site, purpose), entry));
            listener.run();
        }
    }

    /** A key server with one key to send with. */
    private static final class Key extends KeyServerDouble {
        private String spi = "0x00000001";
        private int rekeys;
        private RuntimeException failure;

        @Override
        public List<SaStatus> sas(String group) {
            return spi == null
                    ? List.of()
                    : List.of(
                            new SaStatus(
                                    group,
                                    "TEK",
                                    spi,
                                    KeyStage.SENDABLE,
                                    "aes-gcm-256",
                                    60,
                                    50,
                                    SaDirection.BOTH));
        }

        @Override
        public String rekey(String group) {
            rekeys++;
            if (failure != null) {
                throw failure;
            }
            return "0x00000009";
        }

        @Override
        public String replaceNow(String group) {
            throw new AssertionError("a TEK's volume is no reason to change the KEK");
        }

        @Override
        public String rekeyKek(String group) {
            throw new AssertionError("a TEK's volume is no reason to change the KEK");
        }
    }
}

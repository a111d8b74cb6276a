// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.getvpn.app.config.NetcfgSource;
import org.getvpn.app.config.Samples;
import org.getvpn.app.config.VpnConfiguration;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.ks.api.InvalidConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Key server and switches obey one configuration: both of them a new one, or both the old. */
class PolicyInForceTest {
    private final Netcfg netcfg = new Netcfg();
    private final KeyServerDouble keyServer = new KeyServerDouble();
    private final PolicyInForce inForce = new PolicyInForce();

    @AfterEach
    void deactivate() {
        inForce.deactivate();
    }

    @Test
    void beforeAnythingIsConfiguredNothingIsInForceAndHealthSaysWhatToDo() {
        start();
        assertEquals(Optional.empty(), inForce.policy());
        assertEquals("not configured: submit apps/org.getvpn/vpn to netcfg", inForce.health());
    }

    @Test
    void switchesAndKeyServerGetTheSameConfiguration() {
        start();
        submit(Samples.json());
        eventually(() -> inForce.policy().isPresent());
        assertEquals("ok", inForce.health());
        assertFalse(keyServer.configured.isEmpty());
        assertEquals(2, inForce.configuration().orElseThrow().sites().size());
    }

    @Test
    void whatTheKeyServerRefusesDoesNotReachTheSwitchesEither() {
        start();
        submit(Samples.json());
        eventually(() -> inForce.policy().isPresent());
        keyServer.refusal =
                new InvalidConfiguration(
                        List.of(
                                new InvalidConfiguration.Problem(
                                        "keyServer.wrappingKeyFile", "/x", "does not exist")));
        submit(oneSite());
        eventually(() -> inForce.health().contains("keyServer.wrappingKeyFile"));
        eventually(() -> !inForce.isPending());
        assertEquals(2, inForce.configuration().orElseThrow().sites().size());
    }

    @Test
    void aConfigurationIsPendingUntilKeyServerAndSwitchesHaveIt() {
        start();
        CountDownLatch switches = new CountDownLatch(1);
        inForce.addListener(
                () -> {
                    try {
                        assertTrue(switches.await(10, TimeUnit.SECONDS));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        assertFalse(inForce.isPending(), "nothing is submitted");
        submit(Samples.json());
        eventually(() -> inForce.policy().isPresent());
        assertTrue(inForce.isPending());
        switches.countDown();
        eventually(() -> !inForce.isPending());
    }

    @Test
    void guardsDoNotWaitForAKeyServerThatCannotServe() {
        keyServer.failure = new IllegalStateException("the disk is full");
        start();
        submit(Samples.json());
        eventually(() -> inForce.policy().isPresent());
        assertTrue(inForce.health().contains("the disk is full"));
    }

    @Test
    void aConfigurationThatVanishesStaysInForceBecauseAMissingPolicyMustNotOpenSites() {
        start();
        submit(Samples.json());
        eventually(() -> inForce.policy().isPresent());
        netcfg.submit(null);
        eventually(() -> inForce.health().contains("gone from netcfg"));
        assertTrue(inForce.policy().isPresent());
    }

    @Test
    void aKeyServerThatComesLaterIsConfiguredThen() {
        inForce.source = netcfg;
        inForce.activate();
        submit(Samples.json());
        eventually(() -> inForce.policy().isPresent());
        assertTrue(inForce.health().contains("org.getvpn.ks is not active"));
        inForce.bindKeyServer(keyServer);
        eventually(() -> inForce.health().equals("ok"));
        assertFalse(keyServer.configured.isEmpty());
        inForce.unbindKeyServer(keyServer);
        assertEquals(Optional.empty(), inForce.keyServer());
        assertTrue(inForce.policy().isPresent(), "switches keep their guards");
    }

    @Test
    void listenersHearOfEachConfigurationThatComesIntoForce() {
        start();
        Set<Integer> seen = new HashSet<>();
        inForce.addListener(
                () -> {
                    synchronized (seen) {
                        seen.add(inForce.configuration().orElseThrow().sites().size());
                    }
                });
        submit(Samples.json());
        submit(oneSite());
        eventually(
                () -> {
                    synchronized (seen) {
                        return seen.contains(1);
                    }
                });
    }

    @Test
    void thePortOfAnEvictedMemberClosesAndThatOfAReadmittedOneOpens() {
        start();
        submit(Samples.json());
        eventually(() -> inForce.policy().isPresent());
        assertEquals(List.of(), closedSites());
        keyServer.evictFromBlue("10.2.0.2", "192.0.2.9");
        eventually(() -> closedSites().equals(List.of("site2")));
        keyServer.evictFromBlue();
        eventually(() -> closedSites().isEmpty());
    }

    @Test
    void whoIsEvictedIsKnownFromTheFirstPolicyOn() {
        keyServer.evictFromBlue("10.2.0.2");
        start();
        submit(Samples.json());
        eventually(() -> inForce.policy().isPresent());
        assertEquals(List.of("site2"), closedSites());
    }

    @Test
    void aKeyServerThatServesNothingOrGoesOpensNoPort() {
        keyServer.evictFromBlue("10.2.0.2");
        start();
        submit(Samples.json());
        eventually(() -> inForce.policy().isPresent());
        keyServer.failure = new IllegalStateException("the disk is full");
        keyServer.serveNothing();
        submit(Samples.json());
        eventually(() -> inForce.health().contains("the disk is full"));
        assertEquals(List.of("site2"), closedSites());
        inForce.unbindKeyServer(keyServer);
        ObjectNode other = Samples.json();
        ((ArrayNode) other.get("sites")).remove(0);
        submit(other);
        eventually(() -> inForce.configuration().orElseThrow().sites().size() == 1);
        eventually(() -> inForce.policy().orElseThrow().sites().size() == 1);
        assertEquals(List.of("site2"), closedSites());
    }

    private List<String> closedSites() {
        return inForce.policy().orElseThrow().sites().stream()
                .filter(site -> site.access() == MemberAccess.EVICTED)
                .map(site -> site.site().name())
                .collect(Collectors.toList());
    }

    private void start() {
        inForce.source = netcfg;
        inForce.bindKeyServer(keyServer);
        inForce.activate();
    }

    private void submit(ObjectNode json) {
        netcfg.submit(Samples.read(json));
    }

    private static ObjectNode oneSite() {
        ObjectNode json = Samples.json();
        ((ArrayNode) json.get("sites")).remove(1);
        return json;
    }

    private static void eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                fail("not within 10 s");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** netcfg as the test submits it. */
    private static final class Netcfg extends NetcfgSource {
        private volatile VpnConfiguration now;
        private volatile Runnable listener = () -> {};

        void submit(VpnConfiguration next) {
            now = next;
            listener.run();
        }

        @Override
        public Optional<VpnConfiguration> configuration() {
            return Optional.ofNullable(now);
        }

        @Override
        public Optional<String> submitted() {
            return Optional.ofNullable(now).map(Object::toString);
        }

        @Override
        public void addListener(Runnable changed) {
            listener = changed;
        }

        @Override
        public void removeListener(Runnable changed) {
            listener = () -> {};
        }
    }
}

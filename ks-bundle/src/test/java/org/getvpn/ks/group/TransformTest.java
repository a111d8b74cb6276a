// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import java.util.stream.Stream;
import org.getvpn.gdoi.exchange.RegistrationAuthority.Admission;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A group under each transform that the protocol carries. */
class TransformTest {
    static Stream<String> names() {
        return EspTransform.known().stream().map(EspTransform::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void membersGetKeysOfTheTransformsLengthsAndSenderIdsOnlyWhereACounterNeedsThem(String name)
            throws Exception {
        World world = new World(1, World.policy(name));
        world.pass(Duration.ofSeconds(1));

        GroupDownload offer = world.groups().offer(World.BLUE, World.peer("10.1.0.2"));
        Admission admission = world.groups().admit(offer, World.peer("10.1.0.2"), 1);

        EspTransform transform = EspTransform.named(name).orElseThrow();
        Tek tek = offer.teks().get(0);
        assertEquals(transform, tek.transform());
        assertEquals(transform.keyOctets() + transform.saltOctets(), tek.cipherKey().length());
        assertEquals(transform.integrityKeyOctets(), tek.integrityKey().length());
        assertEquals(transform.counterMode() ? 1 : 0, admission.senderIds().size());
    }

    @ParameterizedTest
    @MethodSource("names")
    void aRolloverBringsKeysOfTheSameTransform(String name) throws Exception {
        World world = new World(1, World.policy(name));
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        Spi old = world.groups().offer(World.BLUE, World.peer("10.1.0.2")).teks().get(0).spi();

        world.rekey();
        world.pass(Duration.ofSeconds(20));

        Tek told = world.pushes().get(0).download().orElseThrow().teks().get(0);
        assertNotEquals(old, told.spi());
        assertEquals(EspTransform.named(name).orElseThrow(), told.transform());
    }

    @Test
    void aChangeDuringARolloverBringsAKeyOfItsOwnAfterIt() throws Exception {
        World world = new World(1, World.policy("aes-gcm-256"));
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        world.rekey();
        world.pass(Duration.ofSeconds(2));
        world.configure(World.policy("aes-gcm-128"));
        world.pass(Duration.ofSeconds(30));

        GroupDownload offer = world.groups().offer(World.BLUE, World.peer("10.1.0.2"));
        assertEquals(1, offer.teks().size());
        assertEquals("aes-gcm-128", offer.teks().get(0).transform().name());
    }
}

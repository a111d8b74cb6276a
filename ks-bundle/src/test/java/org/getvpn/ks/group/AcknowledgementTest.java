// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.AcknowledgementKey;
import org.getvpn.gdoi.exchange.GroupKeyPushAck;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.ks.api.MemberStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members acknowledge rekeys (RFC 8263): who did is left in peace, who did not is named. */
class AcknowledgementTest {
    private static final String QUICK = "10.1.0.2";
    private static final String DEAF = "10.2.0.2";
    private final World world =
            new World(3, World.acknowledged(World.policy(3600, 86400, 6, 20, 24)));

    @BeforeEach
    void twoMembers() throws Exception {
        world.pass(Duration.ofSeconds(1));
        world.register(QUICK);
        world.register(DEAF);
    }

    @Test
    void whoAcknowledgedIsNotSentToAgain() {
        world.rekey();
        world.pass(Duration.ofSeconds(15));
        assertEquals(1, world.copies(QUICK));
        assertEquals(1, status(QUICK).rekeysAcknowledged());
        assertTrue(world.silent().isEmpty());
    }

    @Test
    void whoIsSilentIsSentToUntilTheOldKeyIsGoneAndThenNamed() {
        world.cutOff(DEAF);
        world.rekey();
        world.pass(Duration.ofSeconds(15));
        assertEquals(1, world.copies(QUICK));
        assertTrue(world.copies(DEAF) > 5, "copies " + world.copies(DEAF));
        assertTrue(world.silent().isEmpty());
        world.pass(Duration.ofSeconds(10));
        assertEquals(List.of(DEAF), named());
        assertEquals(1, status(DEAF).rekeysMissed());
        assertEquals(0, status(QUICK).rekeysMissed());
        long copies = world.copies(DEAF);
        world.pass(Duration.ofSeconds(60));
        assertEquals(copies, world.copies(DEAF), "the rollover is over");
    }

    @Test
    void afterThreeMissedRolloversAMemberIsTakenForGoneUntilItRegistersAgain() throws Exception {
        world.cutOff(DEAF);
        for (int i = 0; i < 3; i++) {
            world.rekey();
            world.pass(Duration.ofSeconds(40));
        }
        assertEquals(List.of(DEAF, DEAF, DEAF), named());
        assertTrue(world.silent().get(2).isRemoved());
        assertEquals(1, world.groups().members("blue").size());
        world.register(DEAF);
        assertEquals(0, status(DEAF).rekeysMissed());
    }

    @Test
    void whoRegistersDuringARolloverNeedsNotAcknowledgeIt() throws Exception {
        world.rekey();
        world.pass(Duration.ofSeconds(9));
        world.register("10.3.0.2");
        world.cutOff("10.3.0.2");
        world.pass(Duration.ofSeconds(60));
        assertTrue(world.silent().isEmpty());
    }

    @Test
    void forgedRepeatedAndStrangeAcknowledgementsCountNothing() throws Exception {
        world.rekey();
        world.pass(Duration.ofSeconds(5));
        byte[] genuine = world.acknowledgements().get(0);
        assertFalse(world.groups().acknowledge(GroupKeyPushAck.read(genuine)), "repeated");
        GroupKeyPushAck ack = GroupKeyPushAck.read(genuine);
        AcknowledgementKey guess =
                AcknowledgementKey.of(
                                new Kek(
                                        ack.spi(),
                                        Kek.ALGORITHM_AES_CBC,
                                        SecretBytes.wrap(new byte[48]),
                                        60,
                                        Kek.SIGNATURE_HASH_SHA256,
                                        Kek.SIGNATURE_RSA,
                                        new byte[1],
                                        AcknowledgementKey.KEK_SHA256))
                        .orElseThrow();
        byte[] forged = guess.seal(1, InetAddress.getByName(DEAF));
        assertFalse(world.groups().acknowledge(GroupKeyPushAck.read(forged)), "forged");
        byte[] stranger = guess.seal(1, InetAddress.getByName("192.0.2.7"));
        assertFalse(world.groups().acknowledge(GroupKeyPushAck.read(stranger)), "no member");
        assertEquals(1, status(QUICK).rekeysAcknowledged());
        assertEquals(1, status(DEAF).rekeysAcknowledged());
    }

    private List<String> named() {
        return world.silent().stream()
                .map(silent -> silent.member().address().getHostAddress())
                .collect(Collectors.toList());
    }

    private MemberStatus status(String address) {
        return world.groups().members("blue").stream()
                .filter(member -> member.address().equals(address))
                .findFirst()
                .orElseThrow();
    }
}

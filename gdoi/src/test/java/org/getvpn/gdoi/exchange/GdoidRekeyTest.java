// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.wire.Capture;
import org.getvpn.gdoi.wire.Quirk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The rekeys that Cisco's reference implementation multicast to its own member, given to ours:
 *
 * <pre>
 *                          &lt;--  HDR*, SEQ 1, SA, KD, SIG
 *                          &lt;--  HDR*, SEQ 2, SA, KD, SIG
 *                          &lt;--  HDR*, SEQ 3, SA, KD, SIG     brings a KEK under the old one's SPI
 *                          &lt;--  HDR*, SEQ 4, SA, KD, SIG     under the new KEK
 *                          &lt;--  HDR*, SEQ 5, D, SIG
 * </pre>
 */
class GdoidRekeyTest {
    private static final Endpoint GDOID = Lab.endpoint("10.84.8.1", 848);
    private static final Endpoint MEMBER = Lab.endpoint("10.84.8.2", 848);
    private static final Set<Quirk> GDOID_QUIRKS =
            EnumSet.of(Quirk.BARE_HASH_SIGNATURE, Quirk.FOREIGN_KEK_SPI);

    private List<byte[]> pushes;
    private Kek kek;

    @BeforeEach
    void theMemberRegistered() throws IOException {
        pushes = Capture.datagrams("gdoid-psk/gdoid-psk-pull-push.pcap").subList(10, 15);
        kek = kekOfThePull();
    }

    private static Kek kekOfThePull() throws IOException {
        try (InputStream in =
                GdoidRekeyTest.class.getResourceAsStream("/vectors/gdoid-psk/decoded.json")) {
            for (JsonNode message : new ObjectMapper().readTree(in).get("messages")) {
                for (JsonNode packet : message.path("kd")) {
                    if (packet.get("type").asText().equals("KEK")) {
                        return new Kek(
                                octets(packet.get("spi").asText()),
                                Kek.ALGORITHM_AES_CBC,
                                SecretBytes.wrap(
                                        octets(packet.get("attributes").get(0).get(2).asText())),
                                20,
                                Kek.SIGNATURE_HASH_SHA1,
                                Kek.SIGNATURE_RSA,
                                octets(packet.get("attributes").get(1).get(2).asText()),
                                0);
                    }
                }
            }
        }
        throw new IOException("no KEK in decoded.json");
    }

    private static byte[] octets(String digits) {
        byte[] padded = new BigInteger("01" + digits, 16).toByteArray();
        return Arrays.copyOfRange(padded, 1, padded.length);
    }

    private RekeyReceiver member(Set<Quirk> quirks) {
        RekeyReceiver member = new RekeyReceiver(GroupId.number(1234), quirks);
        member.install(kek, 0);
        return member;
    }

    private static Outcome receive(RekeyReceiver member, byte[] push) {
        return member.receive(new Datagram(MEMBER, GDOID, push), Ticks.ofNanos(0));
    }

    @Test
    void allFiveAreTakenOnceEachWithTheQuirksOfGdoid() {
        RekeyReceiver member = member(GDOID_QUIRKS);
        List<RekeyMessage> messages = new ArrayList<>();
        for (byte[] push : pushes) {
            Outcome outcome = receive(member, push);
            assertEquals(Outcome.Verdict.ADVANCED, outcome.verdict(), outcome.reason());
            assertTrue(outcome.send().isEmpty(), "gdoid asks for no acknowledgement");
            messages.add(((RekeyReceived) outcome.facts().get(0)).message());
            assertEquals(List.of(), receive(member, push).facts(), "a replay");
        }
        for (int i = 0; i < 5; i++) {
            assertEquals(i + 1, messages.get(i).sequence());
            assertEquals(i < 4, messages.get(i).download().isPresent());
        }
        assertTrue(messages.get(2).download().get().kek().isPresent());
        assertEquals(8, messages.get(4).deletedTeks().size());
    }

    @Test
    void withoutTheQuirkOfItsSignatureNoneIsTaken() {
        RekeyReceiver member = member(Set.of(Quirk.FOREIGN_KEK_SPI));
        Outcome outcome = receive(member, pushes.get(0));
        assertTrue(outcome.reason().contains("signature"), outcome.reason());
        assertEquals(1, member.counters().ignored().get(Ignored.BAD_SIGNATURE));
    }

    @Test
    void withoutTheQuirkOfItsKekTheRolloverIsNotTaken() {
        RekeyReceiver member = member(Set.of(Quirk.BARE_HASH_SIGNATURE));
        receive(member, pushes.get(0));
        receive(member, pushes.get(1));
        Outcome outcome = receive(member, pushes.get(2));
        assertTrue(outcome.reason().contains("no key in KD for the SPI of SA KEK"));
    }

    @Test
    void noOctetMayChange() {
        byte[] push = pushes.get(0);
        for (int i = 16; i < push.length; i++) {
            byte[] forged = push.clone();
            forged[i] ^= 1;
            assertEquals(List.of(), receive(member(GDOID_QUIRKS), forged).facts(), "octet " + i);
        }
    }
}

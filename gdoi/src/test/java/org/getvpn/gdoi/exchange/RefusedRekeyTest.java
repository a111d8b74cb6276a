// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.wire.Quirk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A rekey message that is not taken counts under one name, and what was there stays as it was. */
class RefusedRekeyTest {
    private static final Ticks NOW = Ticks.ofNanos(0);
    private static final Kek KEK = BlueGroup.kek(1);

    private final RekeyReceiver member = new RekeyReceiver(BlueGroup.ID);

    @BeforeEach
    void theMemberRegisteredAtSequence41() {
        member.install(KEK, 41);
    }

    private static RekeyMessage newTek(long sequence) {
        GroupDownload download = BlueGroup.download(null, 5000, List.of());
        return new RekeyMessage(sequence, List.of(), false, false, download);
    }

    private static byte[] push(Kek kek, long sequence) {
        return GroupKeyPush.seal(
                kek, newTek(sequence), BlueGroup.SIGNING.getPrivate(), Lab.KEY_SERVER);
    }

    private void refused(Ignored name, byte[] octets) {
        Outcome outcome = member.receive(new Datagram(Lab.MEMBER, Lab.KEY_SERVER, octets), NOW);
        assertEquals(Outcome.Verdict.IGNORED, outcome.verdict());
        assertTrue(outcome.facts().isEmpty() && outcome.send().isEmpty());
        assertEquals(
                Map.of(name, 1L),
                member.counters().ignored().entrySet().stream()
                        .filter(count -> count.getValue() > 0)
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                outcome.reason());
        outcome = member.receive(new Datagram(Lab.MEMBER, Lab.KEY_SERVER, push(KEK, 42)), NOW);
        assertEquals(Outcome.Verdict.ADVANCED, outcome.verdict(), "the next one is taken");
    }

    @Test
    void anOldSequenceNumber() {
        refused(Ignored.REPLAYED, push(KEK, 41));
    }

    @Test
    void aSignatureOfSomebodyElse() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair own = generator.generateKeyPair();
        Kek forged = BlueGroup.signedBy(KEK, own.getPublic());
        refused(
                Ignored.BAD_SIGNATURE,
                GroupKeyPush.seal(forged, newTek(42), own.getPrivate(), Lab.KEY_SERVER));
    }

    @Test
    void anotherKek() {
        refused(Ignored.UNKNOWN_COOKIES, push(BlueGroup.kek(2), 42));
    }

    @Test
    void anotherKeyUnderTheKeksSpi() {
        byte[] octets = push(BlueGroup.kek(2), 42);
        System.arraycopy(KEK.spi(), 0, octets, 0, 16);
        refused(Ignored.UNAUTHENTICATED, octets);
    }

    @Test
    void anAttributeThatIsNotUnderstood() {
        GroupDownload download = BlueGroup.download(null, 5000, List.of());
        refused(
                Ignored.UNUSABLE,
                GroupKeyPush.seal(
                        KEK,
                        new RekeyMessage(42, List.of(), false, false, download),
                        BlueGroup.SIGNING.getPrivate(),
                        Lab.KEY_SERVER,
                        Set.of(Quirk.TWO_OCTET_ID_LENGTH)));
    }

    @Test
    void octetsThatAreMissing() {
        byte[] octets = push(KEK, 42);
        refused(Ignored.MALFORMED, Arrays.copyOf(octets, octets.length - 1));
    }

    @Test
    void octetsThatAreTooMany() {
        byte[] octets = push(KEK, 42);
        refused(Ignored.MALFORMED, Arrays.copyOf(octets, Frame.MAX_OCTETS + 1));
    }

    @Test
    void aBodyThatIsNoWholeNumberOfBlocks() {
        byte[] octets = Arrays.copyOf(push(KEK, 42), 28 + 24);
        octets[26] = 0;
        octets[27] = 28 + 24;
        refused(Ignored.MALFORMED, octets);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.getvpn.gdoi.exchange.PublicKeyLab.AUTHORITY;
import static org.getvpn.gdoi.exchange.PublicKeyLab.MEMBER;
import static org.getvpn.gdoi.exchange.PublicKeyLab.MEMBER_CERTIFICATE;
import static org.getvpn.gdoi.exchange.PublicKeyLab.MEMBER_KEYS;
import static org.getvpn.gdoi.exchange.PublicKeyLab.PLAIN;
import static org.getvpn.gdoi.exchange.PublicKeyLab.REVISED;
import static org.getvpn.gdoi.exchange.PublicKeyLab.SERVER;
import static org.getvpn.gdoi.exchange.PublicKeyLab.SERVER_CERTIFICATE;
import static org.getvpn.gdoi.exchange.PublicKeyLab.SERVER_KEYS;
import static org.getvpn.gdoi.exchange.PublicKeyLab.aggressive;
import static org.getvpn.gdoi.exchange.PublicKeyLab.aggressiveLab;
import static org.getvpn.gdoi.exchange.PublicKeyLab.assertRegistered;
import static org.getvpn.gdoi.exchange.PublicKeyLab.corrupted;
import static org.getvpn.gdoi.exchange.PublicKeyLab.lab;
import static org.getvpn.gdoi.exchange.PublicKeyLab.member;
import static org.getvpn.gdoi.exchange.PublicKeyLab.observe;
import static org.getvpn.gdoi.exchange.PublicKeyLab.payloads;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.wire.PayloadType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Aggressive Mode with RSA encryption, original and revised: doubly off unless asked for. */
class PublicKeyAggressiveModeTest {
    @ParameterizedTest
    @ValueSource(strings = {PLAIN, REVISED})
    void threeMessagesSufficeInAggressiveMode(String suite) throws Exception {
        Lab lab = aggressiveLab(suite, MEMBER_CERTIFICATE).join(aggressive(member(suite))).settle();
        assertRegistered(lab);
        assertEquals(">4 <4 >4* >32* <32* >32* <32* >5* ", lab.arrows());
        assertEquals(MEMBER, lab.factsOfKeyServer(MemberRegistered.class).get(0).member().text());
        List<PayloadType> vendors = List.of(PayloadType.VENDOR_ID, PayloadType.VENDOR_ID);
        List<PayloadType> first = payloads(lab.seen.get(0));
        List<PayloadType> second = payloads(lab.seen.get(1));
        if (suite.equals(PLAIN)) {
            /* HDR, SA, KE, HASH(1), <IDii_b>PubR, <Ni_b>PubR -->
            <-- HDR, SA, KE, <IDir_b>PubI, <Nr_b>PubI, HASH_R */
            assertEquals(
                    List.of(
                            PayloadType.SA,
                            PayloadType.KE,
                            PayloadType.HASH,
                            PayloadType.ID,
                            PayloadType.NONCE),
                    first.subList(0, 5));
            assertEquals(
                    List.of(
                            PayloadType.SA,
                            PayloadType.KE,
                            PayloadType.ID,
                            PayloadType.NONCE,
                            PayloadType.HASH),
                    second.subList(0, 5));
        } else {
            /* HDR, SA, HASH(1), <Ni_b>PubR, <KE_b>Ke_i, <IDii_b>Ke_i, <Cert-I_b>Ke_i -->
            <-- HDR, SA, <Nr_b>PubI, <KE_b>Ke_r, <IDir_b>Ke_r, HASH_R */
            assertEquals(
                    List.of(
                            PayloadType.SA,
                            PayloadType.HASH,
                            PayloadType.NONCE,
                            PayloadType.KE,
                            PayloadType.ID,
                            PayloadType.CERT),
                    first.subList(0, 6));
            assertEquals(
                    List.of(
                            PayloadType.SA,
                            PayloadType.NONCE,
                            PayloadType.KE,
                            PayloadType.ID,
                            PayloadType.HASH),
                    second.subList(0, 5));
        }
        assertEquals(vendors, second.subList(5, 7));
    }

    @ParameterizedTest
    @CsvSource({
        PLAIN + ", NONCE",
        PLAIN + ", ID",
        REVISED + ", NONCE",
        REVISED + ", KE",
        REVISED + ", ID"
    })
    void aDecryptionFailureLooksTheSameInAggressiveModeToo(String suite, String payload)
            throws Exception {
        PayloadType type =
                payload.equals("NONCE")
                        ? PayloadType.NONCE
                        : payload.equals("KE") ? PayloadType.KE : PayloadType.ID;
        Set<String> observations = new HashSet<>();
        for (int seed = 0; seed < 12; seed++) {
            Lab lab = aggressiveLab(suite, MEMBER_CERTIFICATE);
            lab.join(aggressive(member(suite)));
            byte[] genuine = lab.seen.get(0).octets();
            observations.add(
                    observe(
                            lab,
                            PhaseOneMode.AGGRESSIVE,
                            seed == 0 ? genuine : corrupted(genuine, type, seed)));
        }
        assertEquals(1, observations.size(), observations.toString());
        assertTrue(observations.iterator().next().contains(" 5 24 "), "AUTHENTICATION-FAILED");
    }

    @Test
    void theFirstMessageOfAggressiveModeIsEncryptedByOneSuite() {
        String two = PLAIN + " " + REVISED;
        assertEquals(
                "Aggressive Mode with RSA encryption offers one suite, since the first message is"
                        + " encrypted by it: take "
                        + PLAIN
                        + " alone, or leave it out",
                assertThrows(IllegalArgumentException.class, () -> aggressive(member(two)))
                        .getMessage());
    }

    @Test
    void aMemberThatHasNobodyToEncryptForFailsAtOnceInAggressiveMode() {
        X509Certificate old =
                AUTHORITY.issue(
                        SERVER, SERVER_KEYS, Authority.NOW.minus(Duration.ofDays(1)), false);
        Lab lab =
                aggressiveLab(PLAIN, MEMBER_CERTIFICATE)
                        .join(aggressive(member(PLAIN, MEMBER_CERTIFICATE, MEMBER_KEYS, old)));
        assertTrue(lab.seen.isEmpty());
        assertEquals(
                "certificate of " + SERVER + " expired on 2026-11-22T12:00:00Z: renew it",
                lab.factsOfMember(RegistrationFailed.class).get(0).reason());
    }

    @Test
    void aStolenCertificateProvesNothingInAggressiveMode() {
        for (String suite : List.of(PLAIN, REVISED)) {
            KeyPair thief = Authority.keys("RSA", 2048);
            Lab lab =
                    aggressiveLab(suite, MEMBER_CERTIFICATE)
                            .join(
                                    aggressive(
                                            member(
                                                    suite,
                                                    MEMBER_CERTIFICATE,
                                                    thief,
                                                    SERVER_CERTIFICATE)))
                            .settle()
                            .pass(Duration.ofSeconds(40));
            assertTrue(lab.group.asked.isEmpty());
            assertEquals(0, lab.keyServer.counters().established());
            String reason = lab.factsOfMember(RegistrationFailed.class).get(0).reason();
            assertTrue(reason.endsWith(PhaseOneReasons.DECRYPTION_DIFFERS), reason);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, REVISED})
    void losingTheFirstCopyInAggressiveModeOnlyDelays(String suite) {
        Set<Integer> lost = new HashSet<>();
        Lab lab = aggressiveLab(suite, MEMBER_CERTIFICATE);
        lab.relay = sent -> lost.add(Arrays.hashCode(sent.octets())) ? List.of() : List.of(sent);
        lab.join(aggressive(member(suite))).pass(Duration.ofSeconds(30));
        assertRegistered(lab);
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, REVISED})
    void copiesInAggressiveModeChangeNothing(String suite) {
        Lab lab = aggressiveLab(suite, MEMBER_CERTIFICATE);
        lab.relay = sent -> List.of(sent, sent);
        lab.join(aggressive(member(suite))).settle();
        assertRegistered(lab);
    }
}

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
import static org.getvpn.gdoi.exchange.PublicKeyLab.assertRegistered;
import static org.getvpn.gdoi.exchange.PublicKeyLab.corrupted;
import static org.getvpn.gdoi.exchange.PublicKeyLab.lab;
import static org.getvpn.gdoi.exchange.PublicKeyLab.member;
import static org.getvpn.gdoi.exchange.PublicKeyLab.observe;
import static org.getvpn.gdoi.exchange.PublicKeyLab.payloads;
import static org.getvpn.gdoi.exchange.PublicKeyLab.server;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.wire.PayloadType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Main Mode with RSA encryption, original and revised: off unless named in a proposal. */
class PublicKeyEncryptionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                PLAIN,
                REVISED,
                "aes128-sha384-modp2048-rsaenc",
                "aes192-sha512-modp3072-rsarev",
                "aes256-sha256-ecp521-rsarev"
            })
    void aMemberRegistersByItsDistinguishedName(String suite) {
        Lab lab = lab(suite).join(member(suite)).settle();
        assertRegistered(lab);
        assertEquals(MEMBER, lab.factsOfKeyServer(MemberRegistered.class).get(0).member().text());
        assertEquals(">2 <2 >2 <2 >2* <2* >32* <32* >32* <32* >5* ", lab.arrows());
    }

    @Test
    void theOriginalModeEncryptsIdentityAndNonce() throws Exception {
        Lab lab = lab(PLAIN).join(member(PLAIN)).settle();
        /* HDR, KE, HASH(1), <IDii_b>PubR, <Ni_b>PubR --> */
        assertEquals(
                List.of(PayloadType.KE, PayloadType.HASH, PayloadType.ID, PayloadType.NONCE),
                payloads(lab.seen.get(2)));
        /* <-- HDR, KE, <IDir_b>PubI, <Nr_b>PubI */
        assertEquals(
                List.of(PayloadType.KE, PayloadType.ID, PayloadType.NONCE),
                payloads(lab.seen.get(3)));
    }

    @Test
    void theRevisedModeEncryptsTheKeyExchangeAndACertificateToo() throws Exception {
        Lab lab = lab(REVISED, new X509Certificate[0]).join(member(REVISED)).settle();
        /* HDR, HASH(1), <Ni_b>PubR, <KE_b>Ke_i, <IDii_b>Ke_i, <Cert-I_b>Ke_i --> */
        assertEquals(
                List.of(
                        PayloadType.HASH,
                        PayloadType.NONCE,
                        PayloadType.KE,
                        PayloadType.ID,
                        PayloadType.CERT),
                payloads(lab.seen.get(2)));
        /* <-- HDR, <Nr_b>PubI, <KE_b>Ke_r, <IDir_b>Ke_r */
        assertEquals(
                List.of(PayloadType.NONCE, PayloadType.KE, PayloadType.ID),
                payloads(lab.seen.get(3)));
        assertRegistered(lab);
    }

    @Test
    void nobodyElseSeesWhoTheyAre() {
        for (String suite : List.of(PLAIN, REVISED)) {
            Lab lab = lab(suite).join(member(suite)).settle();
            for (Datagram sent : lab.seen) {
                String text =
                        new String(sent.octets(), java.nio.charset.StandardCharsets.ISO_8859_1);
                assertTrue(!text.contains("gm1") && !text.contains("ks1"), suite);
            }
        }
    }

    @Test
    void aPeerThatNobodyKnowsIsRefusedAsLateAsAWrongKey() {
        Lab lab = lab(PLAIN, new X509Certificate[0]).join(member(PLAIN)).settle();
        assertEquals(
                "no certificate of " + MEMBER + " to encrypt for: list it",
                lab.factsOfKeyServer(RegistrationDenied.class).get(0).reason());
        assertEquals(">2 <2 >2 <2 >2* <5 ", lab.arrows());
        lab.pass(Duration.ofSeconds(40));
        assertEquals(1, lab.factsOfMember(RegistrationFailed.class).size());
        assertEquals(0, lab.keyServer.counters().halfOpen());
    }

    @Test
    void aStolenCertificateWithoutItsKeyProvesNothing() {
        for (String suite : List.of(PLAIN, REVISED)) {
            KeyPair thief = Authority.keys("RSA", 2048);
            Lab lab =
                    lab(suite)
                            .join(member(suite, MEMBER_CERTIFICATE, thief, SERVER_CERTIFICATE))
                            .settle()
                            .pass(Duration.ofSeconds(40));
            assertEquals(
                    PhaseOneReasons.DECRYPTION_DIFFERS,
                    lab.factsOfKeyServer(RegistrationDenied.class).get(0).reason());
            assertTrue(lab.group.asked.isEmpty());
            assertEquals(0, lab.keyServer.counters().established());
        }
    }

    @Test
    void anExpiredCertificateIsNamedInTheLogAlone() {
        X509Certificate old =
                AUTHORITY.issue(
                        MEMBER, MEMBER_KEYS, Authority.NOW.minus(Duration.ofDays(1)), false);
        Lab lab = lab(PLAIN, old).join(member(PLAIN, old, MEMBER_KEYS, SERVER_CERTIFICATE));
        lab.settle();
        assertEquals(
                "certificate of " + MEMBER + " expired on 2026-11-22T12:00:00Z: renew it",
                lab.factsOfKeyServer(RegistrationDenied.class).get(0).reason());
        assertEquals(">2 <2 >2 <2 >2* <5 ", lab.arrows(), "told at the end, as for any other");
    }

    @Test
    void aMemberDoesNotEncryptForAKeyServersExpiredCertificate() {
        X509Certificate old =
                AUTHORITY.issue(
                        SERVER, SERVER_KEYS, Authority.NOW.minus(Duration.ofDays(1)), false);
        Lab lab =
                lab(PLAIN)
                        .join(member(PLAIN, MEMBER_CERTIFICATE, MEMBER_KEYS, old))
                        .settle()
                        .pass(Duration.ofSeconds(60));
        assertTrue(lab.seen.stream().allMatch(sent -> sent.octets().length < 200));
        String reason = lab.factsOfMember(RegistrationFailed.class).get(0).reason();
        assertTrue(
                reason.endsWith(
                        "last: certificate of "
                                + SERVER
                                + " expired on 2026-11-22T12:00:00Z: renew it"),
                reason);
    }

    @Test
    void aKeyServerWithAnotherKeyIsNotBelieved() {
        KeyPair other = Authority.keys("RSA", 2048);
        PhaseOneSettings impostor =
                PhaseOneSettings.of(
                        Lab.proposals(REVISED),
                        new PhaseOneCredentials(
                                        List.of(SERVER_CERTIFICATE),
                                        other.getPrivate(),
                                        AUTHORITY.trust())
                                .withPeers(List.of(MEMBER_CERTIFICATE)));
        Lab lab =
                new Lab(impostor, peer -> Optional.empty())
                        .join(member(REVISED))
                        .settle()
                        .pass(Duration.ofSeconds(40));
        assertTrue(lab.factsOfMember(Registered.class).isEmpty());
        assertEquals(1, lab.factsOfMember(RegistrationFailed.class).size());
    }

    @ParameterizedTest
    @CsvSource({
        PLAIN + ", NONCE",
        PLAIN + ", ID",
        REVISED + ", NONCE",
        REVISED + ", KE",
        REVISED + ", ID",
        REVISED + ", CERT"
    })
    void aDecryptionFailureLooksLikeALaterAuthenticationFailure(String suite, String payload)
            throws Exception {
        PayloadType type =
                payload.equals("NONCE")
                        ? PayloadType.NONCE
                        : payload.equals("KE")
                                ? PayloadType.KE
                                : payload.equals("ID") ? PayloadType.ID : PayloadType.CERT;
        Set<String> observations = new HashSet<>();
        for (int seed = 0; seed < 12; seed++) {
            Lab lab = lab(suite);
            lab.join(member(suite));
            lab.step();
            lab.step();
            byte[] genuine = lab.seen.get(2).octets();
            // Seed 0 leaves the message as it is: what follows is a wrong proof and no more.
            observations.add(
                    observe(
                            lab,
                            PhaseOneMode.MAIN,
                            seed == 0 ? genuine : corrupted(genuine, type, seed)));
        }
        assertEquals(1, observations.size(), observations.toString());
        assertTrue(observations.iterator().next().contains(" 5 24 "), "AUTHENTICATION-FAILED");
    }

    @Test
    void aMessageForAnotherCertificateIsNamed() {
        X509Certificate renewed =
                AUTHORITY.issue(
                        SERVER, SERVER_KEYS, Authority.NOW.plus(Duration.ofDays(99)), false);
        Lab lab = lab(PLAIN).join(member(PLAIN, MEMBER_CERTIFICATE, MEMBER_KEYS, renewed)).settle();
        assertEquals(
                "peer encrypts for another certificate than ours: give it our present one",
                lab.keyServerOutcomes.get(1).reason());
        assertEquals(1, lab.keyServer.counters().ignored().get(Ignored.MALFORMED));
        assertTrue(lab.keyServerOutcomes.get(1).computations().isEmpty(), "nothing is decrypted");
    }

    @Test
    void whatItNeedsIsAskedForAtOnce() {
        assertEquals(
                "RSA encryption needs the certificate of key server "
                        + SERVER
                        + ", with an RSA key of 2048 bits or more: list it",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> member(PLAIN, MEMBER_CERTIFICATE, MEMBER_KEYS))
                        .getMessage());
        assertEquals(
                "Phase 1 proposal " + PLAIN + " needs a certificate: name one",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> PhaseOneSettings.of(Lab.proposals(PLAIN)))
                        .getMessage());
        assertEquals(
                List.of(
                        "Phase 1 RSA encryption decrypts what strangers send: use signatures as"
                                + " soon as every peer can"),
                server(PLAIN).warnings());
    }

    @Test
    void anIdentityThatIsTooLongForTheOriginalModeIsNamed() {
        String name = "CN=gm1,OU=" + "a".repeat(60) + ",OU=" + "b".repeat(60) + ",OU=";
        X509Certificate certificate =
                AUTHORITY.issue(
                        name + "c".repeat(60) + ",O=" + "d".repeat(60),
                        MEMBER_KEYS,
                        Authority.NOW.plus(Duration.ofDays(9)),
                        false);
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> member(PLAIN, certificate, MEMBER_KEYS, SERVER_CERTIFICATE))
                        .getMessage();
        assertTrue(
                message.contains("does not fit RSA encryption, which has room for 245"), message);
        member(REVISED, certificate, MEMBER_KEYS, SERVER_CERTIFICATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, REVISED})
    void losingTheFirstCopyOfEveryDatagramOnlyDelays(String suite) {
        Set<Integer> lost = new HashSet<>();
        Lab lab = lab(suite);
        lab.relay = sent -> lost.add(Arrays.hashCode(sent.octets())) ? List.of() : List.of(sent);
        lab.join(member(suite)).pass(Duration.ofSeconds(30));
        assertRegistered(lab);
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, REVISED})
    void everyDatagramTwiceAndEveryEarlierOneAgainChangesNothing(String suite) {
        List<Datagram> all = new ArrayList<>();
        Lab lab = lab(suite);
        lab.relay =
                sent -> {
                    boolean known =
                            all.stream().anyMatch(d -> Arrays.equals(d.octets(), sent.octets()));
                    if (known) {
                        return List.of();
                    }
                    all.add(sent);
                    List<Datagram> out =
                            all.stream()
                                    .filter(d -> d.local().equals(sent.local()))
                                    .collect(Collectors.toList());
                    out.add(sent);
                    return out;
                };
        lab.join(member(suite)).pass(Duration.ofSeconds(5));
        assertRegistered(lab);
    }

    @ParameterizedTest
    @CsvSource({PLAIN + ", 1", PLAIN + ", 2", REVISED + ", 1", REVISED + ", 2"})
    void truncatedCopiesAndFlippedEncryptedOnesAreIgnored(String suite, long seed) {
        Random random = new Random(seed);
        Lab lab = lab(suite);
        lab.relay =
                sent -> {
                    List<Datagram> out = new ArrayList<>();
                    for (int i = 0; i < 5; i++) {
                        byte[] octets = sent.octets();
                        if (octets[19] == 1) {
                            byte[] forged = octets.clone();
                            forged[28 + random.nextInt(forged.length - 28)] ^=
                                    (byte) (1 << random.nextInt(8));
                            out.add(new Datagram(sent.local(), sent.remote(), forged));
                        }
                        out.add(
                                new Datagram(
                                        sent.local(),
                                        sent.remote(),
                                        Arrays.copyOf(octets, random.nextInt(octets.length))));
                    }
                    out.add(sent);
                    return out;
                };
        lab.join(member(suite)).settle();
        assertRegistered(lab);
    }
}

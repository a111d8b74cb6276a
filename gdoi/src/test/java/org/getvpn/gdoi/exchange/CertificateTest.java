// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.crypto.CertificateTrust;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Main Mode with signatures and certificates. */
class CertificateTest {
    private static final String SUITE = "aes256-sha256-ecp256-rsa";
    private static final String SERVER = "CN=ks1,O=GET VPN,C=XX";
    private static final String MEMBER = "CN=gm1,O=GET VPN,C=XX";
    private static final Authority AUTHORITY = new Authority("CN=ca,O=GET VPN,C=XX");
    private static final KeyPair SERVER_KEYS = Authority.keys("RSA", 2048);
    private static final KeyPair MEMBER_KEYS = Authority.keys("RSA", 2048);

    private static Lab lab(String suite, PhaseOneCredentials server) {
        Lab lab = new Lab(suite, peer -> java.util.Optional.empty(), server);
        lab.group.authorised = Set.of(MEMBER);
        return lab;
    }

    private static RegistrationSettings settings(
            String suite, PhaseOneCredentials member, String server) {
        return new RegistrationSettings(
                BlueGroup.ID,
                Lab.MEMBER,
                Lab.KEY_SERVER,
                null,
                member,
                server,
                Lab.proposals(suite),
                0);
    }

    private static PhaseOneCredentials member() {
        return AUTHORITY.credentials(MEMBER, MEMBER_KEYS);
    }

    private static PhaseOneCredentials server() {
        return AUTHORITY.credentials(SERVER, SERVER_KEYS);
    }

    @ParameterizedTest
    @CsvSource({"rsa, RSA, 2048", "ecdsa256, EC, 256", "ecdsa384, EC, 384", "ecdsa521, EC, 521"})
    void aMemberRegistersByItsDistinguishedName(String method, String algorithm, int bits) {
        String suite = "aes256-sha256-ecp256-" + method;
        Lab lab =
                lab(suite, AUTHORITY.credentials(SERVER, Authority.keys(algorithm, bits)))
                        .join(
                                settings(
                                        suite,
                                        AUTHORITY.credentials(
                                                MEMBER, Authority.keys(algorithm, bits)),
                                        SERVER))
                        .settle();
        assertEquals(1, lab.factsOfMember(Registered.class).size());
        assertEquals(MEMBER, lab.factsOfKeyServer(MemberRegistered.class).get(0).member().text());
    }

    @Test
    void theFirstSixMessagesCarryRequestsAndCertificates() {
        Lab lab = lab(SUITE, server()).join(settings(SUITE, member(), SERVER)).settle();
        /* HDR, SA, VID            -->
                                <-- HDR, SA, VID
        HDR, KE, Ni, CR         -->
                                <-- HDR, KE, Nr, CR
        HDR*, IDii, CERT, SIG_I -->
                                <-- HDR*, IDir, CERT, SIG_R */
        assertTrue(lab.seen.get(4).octets().length > 900, "certificate and signature");
        assertTrue(lab.seen.get(5).octets().length > 900, "certificate and signature");
        assertEquals(1, lab.factsOfMember(Registered.class).size());
    }

    @Test
    void losingTheFirstCopyOfEveryDatagramOnlyDelays() {
        Set<Integer> lost = new java.util.HashSet<>();
        Lab lab = lab(SUITE, server());
        lab.relay = sent -> lost.add(Arrays.hashCode(sent.octets())) ? List.of() : List.of(sent);
        lab.join(settings(SUITE, member(), SERVER)).pass(Duration.ofSeconds(30));
        assertEquals(1, lab.factsOfMember(Registered.class).size());
    }

    private static void assertDenied(Lab lab, String reason) {
        assertEquals(
                List.of(reason),
                lab.factsOfKeyServer(RegistrationDenied.class).stream()
                        .map(RegistrationDenied::reason)
                        .collect(java.util.stream.Collectors.toList()));
        lab.pass(Duration.ofSeconds(20));
        assertEquals(1, lab.factsOfMember(RegistrationFailed.class).size());
        assertEquals(0, lab.keyServer.counters().halfOpen());
        assertEquals(0, lab.keyServer.counters().established());
        assertTrue(lab.group.asked.isEmpty());
    }

    @Test
    void aNameOfTheCertificateMayBeTheIdentity() {
        X509Certificate certificate =
                AUTHORITY.issue(MEMBER, MEMBER_KEYS, Authority.NOW.plus(Duration.ofDays(9)), false);
        PhaseOneCredentials member =
                new PhaseOneCredentials(
                        List.of(certificate),
                        MEMBER_KEYS.getPrivate(),
                        AUTHORITY.trust(),
                        IdentityText.parse("gm1.test"));
        Lab lab = lab(SUITE, server());
        lab.group.authorised = Set.of("gm1.test");
        PeerIdentity proven =
                lab.join(settings(SUITE, member, SERVER))
                        .settle()
                        .factsOfKeyServer(MemberRegistered.class)
                        .get(0)
                        .member();
        assertEquals("gm1.test", proven.text());
        assertEquals(2, proven.type(), "FQDN");
        assertEquals(MEMBER, proven.certificateSubject().orElseThrow());
    }

    @Test
    void anIdentityThatOurCertificateDoesNotNameIsRefusedAtOnce() {
        X509Certificate certificate =
                AUTHORITY.issue(MEMBER, MEMBER_KEYS, Authority.NOW.plus(Duration.ofDays(9)), false);
        assertEquals(
                "identity gm2.test does not stand in our certificate of " + MEMBER,
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        new PhaseOneCredentials(
                                                List.of(certificate),
                                                MEMBER_KEYS.getPrivate(),
                                                AUTHORITY.trust(),
                                                IdentityText.parse("gm2.test")))
                        .getMessage());
    }

    @Test
    void aKeyOfAnotherCertificateIsNoticed() {
        assertTrue(member().keyFitsCertificate());
        assertEquals(
                false,
                new PhaseOneCredentials(
                                List.of(
                                        AUTHORITY.issue(
                                                MEMBER,
                                                MEMBER_KEYS,
                                                Authority.NOW.plus(Duration.ofDays(9)),
                                                false)),
                                SERVER_KEYS.getPrivate(),
                                AUTHORITY.trust())
                        .keyFitsCertificate());
    }

    @Test
    void anExpiredCertificateIsRefusedWithItsDate() {
        X509Certificate old =
                AUTHORITY.issue(
                        MEMBER, MEMBER_KEYS, Authority.NOW.minus(Duration.ofDays(1)), false);
        PhaseOneCredentials member =
                new PhaseOneCredentials(List.of(old), MEMBER_KEYS.getPrivate(), AUTHORITY.trust());
        assertDenied(
                lab(SUITE, server()).join(settings(SUITE, member, SERVER)).settle(),
                "certificate of " + MEMBER + " expired on 2026-11-22T12:00:00Z: renew it");
    }

    @Test
    void aRevokedCertificateIsRefused() {
        X509Certificate certificate =
                AUTHORITY.issue(MEMBER, MEMBER_KEYS, Authority.NOW.plus(Duration.ofDays(9)), false);
        CertificateTrust strict = AUTHORITY.trust(AUTHORITY.revocations(certificate));
        X509Certificate own =
                AUTHORITY.issue(SERVER, SERVER_KEYS, Authority.NOW.plus(Duration.ofDays(9)), false);
        PhaseOneCredentials server =
                new PhaseOneCredentials(List.of(own), SERVER_KEYS.getPrivate(), strict);
        PhaseOneCredentials member =
                new PhaseOneCredentials(
                        List.of(certificate), MEMBER_KEYS.getPrivate(), AUTHORITY.trust());
        assertDenied(
                lab(SUITE, server).join(settings(SUITE, member, SERVER)).settle(),
                "certificate of " + MEMBER + " was revoked");

        assertEquals(
                1,
                lab(SUITE, server)
                        .join(settings(SUITE, member(), SERVER))
                        .settle()
                        .factsOfMember(Registered.class)
                        .size(),
                "another certificate of the same name is good");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() {
        Authority stranger = new Authority("CN=other ca,C=XX");
        X509Certificate certificate =
                stranger.issue(MEMBER, MEMBER_KEYS, Authority.NOW.plus(Duration.ofDays(9)), false);
        PhaseOneCredentials member =
                new PhaseOneCredentials(
                        List.of(certificate), MEMBER_KEYS.getPrivate(), AUTHORITY.trust());
        assertDenied(
                lab(SUITE, server()).join(settings(SUITE, member, SERVER)).settle(),
                "certificate of "
                        + MEMBER
                        + " leads to no certification authority that is trusted here");
    }

    @Test
    void aStolenCertificateWithoutItsKeyProvesNothing() {
        X509Certificate stolen =
                AUTHORITY.issue(MEMBER, MEMBER_KEYS, Authority.NOW.plus(Duration.ofDays(9)), false);
        PhaseOneCredentials thief =
                new PhaseOneCredentials(
                        List.of(stolen), SERVER_KEYS.getPrivate(), AUTHORITY.trust());
        assertDenied(
                lab(SUITE, server()).join(settings(SUITE, thief, SERVER)).settle(),
                "signature of " + MEMBER + " is not made with its certificate's key");
    }

    @Test
    void anotherMemberCannotPoseAsTheKeyServer() {
        Lab lab =
                lab(SUITE, AUTHORITY.credentials("CN=gm2,O=GET VPN,C=XX", SERVER_KEYS))
                        .join(settings(SUITE, member(), SERVER))
                        .settle()
                        .pass(Duration.ofSeconds(40));
        String reason = lab.factsOfMember(RegistrationFailed.class).get(0).reason();
        assertTrue(
                reason.contains(
                        "key server calls itself CN=gm2,O=GET VPN,C=XX where "
                                + SERVER
                                + " is expected"),
                reason);
        assertTrue(lab.factsOfMember(Registered.class).isEmpty());
    }

    @Test
    void theSameEndpointServesSharedKeysAndCertificates() {
        String both = "aes256-sha256-ecp256-rsa aes256-sha256-ecp256";
        Lab lab =
                new Lab(
                        both,
                        peer -> java.util.Optional.of(Lab.secret("correct horse battery staple")),
                        server());
        lab.join(Lab.settings("aes256-sha256-ecp256")).settle();
        assertEquals(
                "10.1.0.2", lab.factsOfKeyServer(MemberRegistered.class).get(0).member().text());
    }

    @Test
    void anExchangeEndsByTheSettingsThatItBeganWith() {
        Lab lab = lab(SUITE, server()).join(settings(SUITE, member(), SERVER));
        lab.step();
        /* <-- HDR, SA, VID : and from now on nobody is to come with a certificate */
        lab.keyServer.replacePhaseOne(PhaseOneSettings.of(Lab.proposals("aes256-sha256-ecp256")));
        lab.settle();
        assertEquals(1, lab.factsOfMember(Registered.class).size());

        lab.join(settings(SUITE, member(), SERVER), 3).settle();
        assertEquals(1, lab.factsOfMember(Registered.class).size(), "the next one is refused");
    }

    @Test
    void aSuiteWithoutWhatItNeedsIsRefusedAtOnce() {
        assertEquals(
                "Phase 1 proposal aes256-sha256-ecp256-rsa needs a certificate: name one",
                assertThrows(IllegalArgumentException.class, () -> settings(SUITE, null, SERVER))
                        .getMessage());
        assertEquals(
                "Phase 1 proposal aes256-sha256-ecp256-ecdsa256: the key of our certificate does"
                        + " not sign by method ecdsa256",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> settings("aes256-sha256-ecp256-ecdsa256", member(), SERVER))
                        .getMessage());
    }
}

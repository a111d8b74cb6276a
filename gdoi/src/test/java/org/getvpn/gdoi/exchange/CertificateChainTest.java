// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.crypto.CertificateTrust;
import org.getvpn.gdoi.crypto.UntrustedCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which chains of certificates are trusted, and what refuses the others. */
class CertificateChainTest {
    private static final String SUITE = "aes256-sha256-ecp256-rsa";
    private static final String SERVER = "CN=ks1,O=GET VPN,C=XX";
    private static final String MEMBER = "CN=gm1,O=GET VPN,C=XX";
    private static final Instant END = Authority.NOW.plus(Duration.ofDays(9));
    private static final Instant PAST = Authority.NOW.minus(Duration.ofDays(1));
    private static final Authority ROOT = new Authority("CN=ca,O=GET VPN,C=XX");
    private static final String BRANCHES_NAME = "CN=branches,O=GET VPN,C=XX";
    private static final Authority BRANCHES =
            ROOT.subordinate(BRANCHES_NAME, Authority.NOW.plus(Duration.ofDays(99)));
    private static final KeyPair SERVER_KEYS = Authority.keys("RSA", 2048);
    private static final KeyPair MEMBER_KEYS = Authority.keys("RSA", 2048);
    private static final X509Certificate GM1 = BRANCHES.issue(MEMBER, MEMBER_KEYS, END, false);

    private static List<byte[]> sent(X509Certificate... chain) {
        return Arrays.stream(chain).map(PhaseOneCredentials::octets).collect(Collectors.toList());
    }

    private static String refusal(CertificateTrust trust, X509Certificate... chain) {
        return assertThrows(UntrustedCertificate.class, () -> trust.verify(sent(chain)))
                .getMessage();
    }

    private static CertificateTrust at(Instant now) {
        return new CertificateTrust(
                List.of(ROOT.certificate()), List.of(), Clock.fixed(now, ZoneOffset.UTC));
    }

    private static Lab lab(PhaseOneCredentials member) {
        Lab lab = new Lab(SUITE, peer -> Optional.empty(), ROOT.credentials(SERVER, SERVER_KEYS));
        lab.group.authorised = Set.of(MEMBER);
        return lab.join(
                new RegistrationSettings(
                        BlueGroup.ID,
                        Lab.MEMBER,
                        Lab.KEY_SERVER,
                        null,
                        member,
                        SERVER,
                        Lab.proposals(SUITE),
                        0));
    }

    @Test
    void aMemberOfASubordinateAuthoritySendsThatOnesCertificateToo() {
        /* HDR*, IDii, CERT, CERT, SIG_I --> */
        Lab lab =
                lab(new PhaseOneCredentials(
                                List.of(GM1, BRANCHES.certificate()),
                                MEMBER_KEYS.getPrivate(),
                                ROOT.trust()))
                        .settle();
        assertEquals(1, lab.factsOfMember(Registered.class).size());
        assertEquals(MEMBER, lab.factsOfKeyServer(MemberRegistered.class).get(0).member().text());
    }

    @Test
    void withoutTheSubordinatesCertificateTheChainLeadsNowhere() {
        assertEquals(
                "certificate of "
                        + MEMBER
                        + " leads to no certification authority that is trusted here",
                refusal(ROOT.trust(), GM1));
    }

    @Test
    void aMemberIsNoAuthority() {
        X509Certificate forger = ROOT.issue("CN=gm9,C=XX", MEMBER_KEYS, END, false);
        Authority name = new Authority("CN=gm9,C=XX");
        assertTrue(
                refusal(ROOT.trust(), name.issue(MEMBER, MEMBER_KEYS, END, false), forger)
                        .contains("leads to no certification authority"));
    }

    @Test
    void aChainHasOneToEightCertificatesOf16KibibytesEach() {
        assertEquals(
                "0 certificates sent: 1 to 8",
                assertThrows(UntrustedCertificate.class, () -> ROOT.trust().verify(List.of()))
                        .getMessage());
        assertEquals(
                "9 certificates sent: 1 to 8",
                assertThrows(
                                UntrustedCertificate.class,
                                () -> ROOT.trust().verify(Collections.nCopies(9, sent(GM1).get(0))))
                        .getMessage());
        assertEquals(
                "certificate of 16385 octets",
                assertThrows(
                                UntrustedCertificate.class,
                                () -> ROOT.trust().verify(List.of(new byte[16_385])))
                        .getMessage());
    }

    @Test
    void everyProperPrefixOfACertificateIsRefused() {
        byte[] whole = sent(GM1).get(0);
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            String reason =
                    assertThrows(
                                    UntrustedCertificate.class,
                                    () -> ROOT.trust().verify(List.of(part)),
                                    length + " octets")
                            .getMessage();
            assertTrue(reason.startsWith("certificate cannot be read: "), reason);
        }
    }

    @Test
    void aCertificateBeforeItsTimeIsRefusedWithTheDate() {
        assertEquals(
                "certificate of "
                        + MEMBER
                        + " is valid from 2025-11-23T12:00:00Z on: is the clock right?",
                refusal(at(Authority.NOW.minus(Duration.ofDays(366))), GM1));
    }

    @Test
    void anAuthorityThatExpiredVouchesForNobody() {
        Authority expired = ROOT.subordinate("CN=old,O=GET VPN,C=XX", PAST);
        X509Certificate member = expired.issue(MEMBER, MEMBER_KEYS, END, false);
        assertEquals(
                "certificate of CN=old,O=GET VPN,C=XX expired on 2026-11-22T12:00:00Z: renew it",
                refusal(ROOT.trust(), member, expired.certificate()));
        assertEquals(
                "certificate of CN=old,O=GET VPN,C=XX expired on 2026-11-22T12:00:00Z: renew it",
                refusal(ROOT.trust(), member, expired.certificate(), ROOT.certificate()),
                "with the root, which a peer need not send");
    }

    @Test
    void withRevocationListsEveryAuthorityOfTheChainNeedsOneThatIsUpToDate() {
        X509CRL ofRoot = ROOT.revocations();
        X509CRL ofBranches = BRANCHES.revocations();
        assertDoesNotThrow(
                () -> ROOT.trust(ofRoot, ofBranches).verify(sent(GM1, BRANCHES.certificate())));

        String unlisted = ": no revocation list that is up to date covers it";
        assertEquals(
                "certificate of " + MEMBER + unlisted,
                refusal(ROOT.trust(ofRoot), GM1, BRANCHES.certificate()),
                "none of its own authority");
        assertEquals(
                "certificate of " + BRANCHES_NAME + unlisted,
                refusal(ROOT.trust(ofBranches), GM1, BRANCHES.certificate()),
                "none of the authority above");
        assertEquals(
                "certificate of " + MEMBER + unlisted,
                refusal(
                        ROOT.trust(ofRoot, BRANCHES.revocations(PAST)),
                        GM1,
                        BRANCHES.certificate()),
                "one that was due to be replaced yesterday");
        assertEquals(
                "certificate of " + MEMBER + unlisted,
                refusal(
                        ROOT.trust(ofRoot, new Authority(BRANCHES_NAME).revocations()),
                        GM1,
                        BRANCHES.certificate()),
                "one that somebody else signed");
    }

    @Test
    void anAuthorityThatWasRevokedVouchesForNobody() {
        assertEquals(
                "certificate of " + BRANCHES_NAME + " was revoked",
                refusal(
                        ROOT.trust(
                                ROOT.revocations(BRANCHES.certificate()), BRANCHES.revocations()),
                        GM1,
                        BRANCHES.certificate()));
    }

    @Test
    void aCertificateThatIsNotForSignaturesSignsNothing() {
        X509Certificate other =
                ROOT.issue(MEMBER, MEMBER_KEYS, END, KeyUsage.keyEncipherment, null);
        PhaseOneCredentials member =
                new PhaseOneCredentials(List.of(other), MEMBER_KEYS.getPrivate(), ROOT.trust());
        assertEquals(
                "Phase 1 proposal "
                        + SUITE
                        + ": our certificate is not for signatures: have one issued whose key usage"
                        + " has digitalSignature",
                assertThrows(IllegalArgumentException.class, () -> lab(member)).getMessage());

        PhaseOneCredentials verifier = ROOT.credentials(SERVER, SERVER_KEYS);
        byte[] hash = new byte[32];
        AuthenticationMethod method = AuthenticationMethod.RSA_SIGNATURES;
        assertEquals(
                "certificate of "
                        + MEMBER
                        + " is not for signatures: have one issued whose key usage has"
                        + " digitalSignature",
                assertThrows(
                                UntrustedCertificate.class,
                                () ->
                                        verifier.verify(
                                                method,
                                                member.identity(),
                                                sent(other),
                                                member.sign(method, hash),
                                                hash))
                        .getMessage());
        X509Certificate records =
                ROOT.issue(MEMBER, MEMBER_KEYS, END, KeyUsage.nonRepudiation, null);
        assertDoesNotThrow(
                () ->
                        verifier.verify(
                                method,
                                member.identity(),
                                sent(records),
                                member.sign(method, hash),
                                hash));
    }

    @ParameterizedTest
    @CsvSource({
        "7, 10.1.0.2, 10.1.0.2, 1",
        "7, 2001:db8::2, 2001:db8::2, 5",
        "2, gm1.wan.test, GM1.wan.test, 2",
        "1, gm1@wan.test, gm1@wan.test, 3"
    })
    void everyKindOfNameInACertificateMayBeTheIdentity(
            int kind, String name, String identity, int type) {
        X509Certificate certificate =
                ROOT.issue(
                        MEMBER,
                        MEMBER_KEYS,
                        END,
                        KeyUsage.digitalSignature,
                        new GeneralName(kind, name));
        PhaseOneCredentials member =
                new PhaseOneCredentials(
                        List.of(certificate),
                        MEMBER_KEYS.getPrivate(),
                        ROOT.trust(),
                        IdentityText.parse(identity));
        Lab lab = lab(member);
        lab.group.authorised = Set.of(IdentityText.of(member.identity()));
        lab.settle();
        assertEquals(
                type, lab.factsOfKeyServer(MemberRegistered.class).get(0).member().type(), name);
    }
}

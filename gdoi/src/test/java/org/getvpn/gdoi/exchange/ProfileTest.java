// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.gdoi.wire.Quirk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GROUPKEY-PULL in a group that is not spoken to by RFC 6407 alone. */
class ProfileTest {
    private static final String SUITE = "aes256-sha256-ecp256";
    private static final Authority CA = new Authority("CN=Root,O=Example");
    private static final KeyPair RSA = Authority.keys("RSA", 2048);
    private static final KeyPair OTHER_RSA = Authority.keys("RSA", 2048);
    private static final KeyPair EC_256 = Authority.keys("EC", 256);
    private static final KeyPair EC_384 = Authority.keys("EC", 384);

    /** A certificate for an address, since with a pre-shared key that is who a peer is. */
    private static ProofOfPossession proof(String address, KeyPair keys) {
        return new ProofOfPossession(CA.credentials("O=Example,CN=" + address, keys));
    }

    private static RegistrationProfile profile(String address, KeyPair keys) {
        return RegistrationProfile.rfc3547(proof(address, keys));
    }

    private static Lab lab(RegistrationProfile ofGroup, RegistrationProfile ofMember) {
        Lab lab = new Lab(SUITE);
        lab.group.profile = ofGroup;
        return lab.join(Lab.settings(SUITE).with(ofMember)).settle();
    }

    /** HDR, SA, VID becomes HDR, SA: as a member of another make begins. */
    private static List<Datagram> withoutVendorId(Datagram sent) {
        byte[] octets = sent.octets();
        boolean first = sent.local().equals(Lab.MEMBER) && octets[18] == 2 && octets[16] == 1;
        if (!first) {
            return List.of(sent);
        }
        int length = 28 + ((octets[30] & 0xff) << 8 | octets[31] & 0xff);
        byte[] cut = Arrays.copyOf(octets, length);
        cut[28] = 0;
        ByteBuffer.wrap(cut).putInt(24, length);
        return List.of(new Datagram(sent.local(), sent.remote(), cut));
    }

    private static String failure(Lab lab) {
        assertEquals(List.of(), lab.factsOfMember(Registered.class));
        assertTrue(lab.group.admitted.isEmpty(), "nothing of the group changed");
        return lab.factsOfMember(RegistrationFailed.class).get(0).reason();
    }

    private static String denial(Lab lab) {
        failure(lab);
        return lab.factsOfKeyServer(RegistrationDenied.class).get(0).reason();
    }

    @ParameterizedTest
    @CsvSource({"RSA, RSA", "EC_256, EC_256", "EC_256, EC_384"})
    void bothEndsProveThatTheyHoldTheKeyOfTheirCertificate(String server, String member) {
        KeyPair serverKeys = server.equals("RSA") ? RSA : EC_256;
        KeyPair memberKeys =
                member.equals("RSA") ? OTHER_RSA : member.equals("EC_256") ? EC_256 : EC_384;
        /* HDR*, HASH(1), Ni, ID            -->
                                         <--  HDR*, HASH(2), Nr, SA
        HDR*, HASH(3), CERT, POP_I       -->
                                         <--  HDR*, HASH(4), SEQ, KD, CERT, POP_R */
        Lab lab = lab(profile("10.255.0.1", serverKeys), profile("10.1.0.2", memberKeys));
        assertEquals(1, lab.factsOfMember(Registered.class).size());
        assertEquals(Set.of("10.1.0.2"), lab.group.admitted);
    }

    @Test
    void aCertificateOfSomebodyElseProvesNothing() {
        String reason = denial(lab(profile("10.255.0.1", RSA), profile("10.2.0.2", OTHER_RSA)));
        assertTrue(reason.contains("CN=10.2.0.2"), reason);
        assertTrue(reason.contains("10.1.0.2, who authenticated in Phase 1"), reason);
    }

    @Test
    void aKeyServerWithACertificateOfSomebodyElseGivesNoKeys() {
        Lab lab = lab(profile("10.9.9.9", RSA), profile("10.1.0.2", OTHER_RSA));
        assertEquals(List.of(), lab.factsOfMember(Registered.class));
        String reason = lab.factsOfMember(RegistrationFailed.class).get(0).reason();
        assertTrue(reason.contains("10.255.0.1, who authenticated in Phase 1"), reason);
    }

    @Test
    void aCertificateOfAnotherAuthorityProvesNothing() {
        Authority stranger = new Authority("CN=Stranger,O=Example");
        PhaseOneCredentials foreign =
                new PhaseOneCredentials(
                        List.of(
                                stranger.issue(
                                        "O=Example,CN=10.1.0.2",
                                        OTHER_RSA,
                                        Authority.NOW.plusSeconds(3600),
                                        false)),
                        OTHER_RSA.getPrivate(),
                        CA.trust());
        String reason =
                denial(
                        lab(
                                profile("10.255.0.1", RSA),
                                RegistrationProfile.rfc3547(new ProofOfPossession(foreign))));
        assertTrue(reason.contains("leads to no certification authority"), reason);
    }

    @Test
    void aMemberOfTheOtherProfileIsToldWhichOneIsWanted() {
        String reason = failure(lab(profile("10.255.0.1", RSA), RegistrationProfile.RFC6407));
        assertTrue(reason.contains("RFC 3547"), reason);

        reason = failure(lab(RegistrationProfile.RFC6407, profile("10.1.0.2", RSA)));
        assertTrue(reason.contains("algorithm 0, our certificate's key is of algorithm 1"), reason);

        reason = failure(lab(profile("10.255.0.1", EC_256), profile("10.1.0.2", RSA)));
        assertTrue(reason.contains("algorithm 3"), reason);
    }

    @Test
    void identificationLengthsOfTwoOctetsAreReadWhereTheyAreTolerated() {
        RegistrationProfile quirk =
                RegistrationProfile.RFC6407.tolerating(Set.of(Quirk.TWO_OCTET_ID_LENGTH));
        assertEquals(1, lab(quirk, quirk).factsOfMember(Registered.class).size());
        assertEquals(
                1, lab(RegistrationProfile.RFC6407, quirk).factsOfMember(Registered.class).size());

        String reason = failure(lab(quirk, RegistrationProfile.RFC6407));
        assertTrue(reason.contains("key server's policy is not usable"), reason);
    }

    @Test
    void timeBasedReplayReachesAMemberThatAnnouncedIt() {
        TimeBasedReplay replay = TimeBasedReplay.ofPseudotime(10_000, 7_200_500_000L, new byte[8]);
        Lab lab = new Lab(SUITE);
        lab.group.replay = replay;
        Registered fact =
                lab.join(Lab.settings(SUITE)).settle().factsOfMember(Registered.class).get(0);
        assertEquals(replay, fact.download().timeBasedReplay().get());
        assertTrue(!fact.policyReceived().isBefore(fact.policyAsked()));
    }

    @Test
    void aResponderAnnouncesDelayDetectionIfItIsAskedTo() {
        PhaseOneSettings silent = PhaseOneSettings.of(List.of(PhaseOneProposal.parse(SUITE)));
        PhaseOneSettings telling = silent.withDelayDetection().with(PhaseOneMode.AGGRESSIVE);
        String known = "110088397f51fe9669b9630476358bec"; // the draft's own octets
        assertFalse(vendorIds(silent).contains(known));
        assertTrue(vendorIds(telling).contains(known));
        assertEquals(
                Set.of(PeerCapability.values()),
                VendorId.announcedIn(VendorId.ofResponder(telling)));
    }

    private static List<String> vendorIds(PhaseOneSettings settings) {
        return VendorId.ofResponder(settings).stream()
                .map(payload -> hex(payload.body()))
                .collect(Collectors.toList());
    }

    private static String hex(byte[] octets) {
        StringBuilder text = new StringBuilder();
        for (byte octet : octets) {
            text.append(String.format("%02x", octet));
        }
        return text.toString();
    }

    @Test
    void timeBasedReplayIsTheEndOfARegistrationForAMemberThatDidNotAnnounceIt() {
        Lab lab = new Lab(SUITE);
        lab.group.replay = TimeBasedReplay.ofPosixTime(10_000);
        lab.relay = ProfileTest::withoutVendorId;
        String reason = denial(lab.join(Lab.settings(SUITE)).settle());
        assertTrue(reason.contains("did not announce"), reason);
    }

    @Test
    void aNetworkThatLosesRepeatsAndForgesOnlyDelaysTheProofs() {
        Random random = new Random(5);
        Set<Integer> lost = new HashSet<>();
        Lab lab = new Lab(SUITE);
        lab.group.profile = profile("10.255.0.1", RSA);
        lab.relay =
                sent -> {
                    byte[] octets = sent.octets();
                    if (lost.add(Arrays.hashCode(octets))) {
                        return List.of();
                    }
                    if (octets[18] != 32) {
                        return List.of(sent);
                    }
                    byte[] forged = octets.clone();
                    forged[28 + random.nextInt(forged.length - 28)] ^= 1;
                    Datagram broken = new Datagram(sent.local(), sent.remote(), forged);
                    return List.of(broken, sent, sent);
                };
        lab.join(Lab.settings(SUITE).with(profile("10.1.0.2", OTHER_RSA)))
                .pass(Duration.ofSeconds(40));
        assertEquals(1, lab.factsOfMember(Registered.class).size());
        assertEquals(1, lab.group.senderIdRequests.size(), "admitted once, not once per copy");
    }

    @Test
    void whoAuthenticatedByACertificateProvesThatOneAndNoOther() {
        String suite = SUITE + "-rsa";
        PhaseOneCredentials server = CA.credentials("O=Example,CN=10.255.0.1", RSA);
        PhaseOneCredentials member = CA.credentials("CN=gm1,O=Example", OTHER_RSA);
        PhaseOneCredentials another = CA.credentials("CN=gm2,O=Example", OTHER_RSA);
        for (PhaseOneCredentials proven : List.of(member, another)) {
            Lab lab = new Lab(suite, peer -> Optional.empty(), server);
            lab.group.authorised = Set.of("CN=gm1,O=Example");
            lab.group.profile = RegistrationProfile.rfc3547(new ProofOfPossession(server));
            lab.join(
                            new RegistrationSettings(
                                            BlueGroup.ID,
                                            Lab.MEMBER,
                                            Lab.KEY_SERVER,
                                            null,
                                            member,
                                            "O=Example,CN=10.255.0.1",
                                            Lab.proposals(suite),
                                            0)
                                    .with(
                                            RegistrationProfile.rfc3547(
                                                    new ProofOfPossession(proven))))
                    .settle();
            if (proven == member) {
                assertEquals(1, lab.factsOfMember(Registered.class).size());
            } else {
                assertTrue(denial(lab).contains("CN=gm2,O=Example is not that of CN=gm1"));
            }
        }
    }
}

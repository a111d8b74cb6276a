// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.TrafficRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {
    private static final String SUITE = "aes256-sha256-ecp256";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aes128-sha256-modp2048",
                "aes256-sha384-modp3072",
                "aes192-sha512-modp4096",
                "aes256-sha256-ecp256",
                "aes256-sha384-ecp384",
                "aes128-sha512-ecp521"
            })
    void aMemberRegistersWithEverySuite(String suite) {
        Lab lab = new Lab(suite).join(Lab.settings(suite)).settle();

        GroupDownload got = lab.factsOfMember(Registered.class).get(0).download();
        assertEquals(BlueGroup.ID, got.group());
        assertEquals(BlueGroup.kek(1).ivAndKey(), got.kek().get().ivAndKey());
        assertEquals(BlueGroup.tek(4096).cipherKey(), got.teks().get(0).cipherKey());
        assertEquals(List.of(BlueGroup.everything()), got.teks().get(0).selectors());
        assertEquals(5, got.activationDelaySeconds());
        assertEquals(15, got.deactivationDelaySeconds());
        assertEquals(List.of(new SenderId(7, 24)), got.senderIds());
        assertEquals(41, got.sequence());
        assertArrayEquals(
                BlueGroup.SIGNING.getPublic().getEncoded(), got.kek().get().signatureKey());
        assertEquals(
                "10.1.0.2", lab.factsOfKeyServer(MemberRegistered.class).get(0).member().text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3des-sha1-modp1024",
                "aes192-sha1-modp1536",
                "aes256-sha1-modp768",
                "3des-sha256-modp2048"
            })
    void anOldPeerIsServedWhereItIsAllowed(String suite) {
        PhaseOneSettings old =
                PhaseOneSettings.of(
                        List.of(PhaseOneProposal.parse(suite, LegacyAlgorithms.ALLOWED)));
        Lab lab = new Lab(old).join(Lab.settings(old)).settle();
        assertEquals(1, lab.factsOfMember(Registered.class).size());
        assertEquals(1, old.warnings().size());
    }

    @Test
    void aKeyServerThatKnowsOnlyDoiOneIsOfferedThat() {
        PhaseOneSettings ipsec = PhaseOneSettings.of(Lab.proposals(SUITE)).with(PhaseOneDoi.IPSEC);
        Lab lab = new Lab(SUITE).join(Lab.settings(ipsec)).settle();
        // The SA payload follows the header and its own: DOI 1, situation SIT_IDENTITY_ONLY.
        for (int message : new int[] {0, 1}) {
            assertArrayEquals(
                    new byte[] {0, 0, 0, 1, 0, 0, 0, 1},
                    java.util.Arrays.copyOfRange(lab.seen.get(message).octets(), 32, 40));
        }
        assertEquals(1, lab.factsOfMember(Registered.class).size());
    }

    @Test
    void theExchangeIsTenMessagesAndADelete() {
        Lab lab = new Lab(SUITE).join(Lab.settings(SUITE)).settle();

        /* HDR, SA, VID          -->
                              <--  HDR, SA, VID
        HDR, KE, Ni           -->
                              <--  HDR, KE, Nr
        HDR*, IDii, HASH_I    -->
                              <--  HDR*, IDir, HASH_R
        HDR*, HASH(1), Ni, ID -->
                              <--  HDR*, HASH(2), Nr, SA
        HDR*, HASH(3)         -->
                              <--  HDR*, HASH(4), SEQ, KD
        HDR*, HASH, D         -->                          */
        assertEquals(">2 <2 >2 <2 >2* <2* >32* <32* >32* <32* >5* ", lab.arrows());
        assertEquals(0, lab.keyServer.counters().established(), "the Delete leaves no Phase 1 SA");
        assertEquals(0, lab.keyServer.counters().halfOpen());
        assertTrue(lab.member.isOver());
    }

    @Test
    void theKeyServersPreferenceDecides() {
        Lab lab =
                new Lab("aes256-sha384-ecp384 aes128-sha256-ecp256")
                        .join(Lab.settings("aes128-sha256-ecp256 aes256-sha384-ecp384"))
                        .settle();

        int keyExchangeOctets = lab.seen.get(2).octets().length - 28 - 4 - 4 - 32;
        assertEquals(96, keyExchangeOctets, "ECP-384 was chosen");
        assertEquals(1, lab.factsOfMember(Registered.class).size());
    }

    @Test
    void nothingOfTheGroupChangesBeforeAValidHash3() {
        Lab lab = new Lab(SUITE).join(Lab.settings(SUITE));
        while (lab.seen.size() < 9) {
            lab.step();
        }
        /* HDR*, HASH(3) --> is on its way */
        assertEquals(List.of("10.1.0.2"), lab.group.asked);
        assertTrue(lab.group.admitted.isEmpty());

        lab.settle();
        assertEquals(1, lab.group.admitted.size());
    }

    @Test
    void senderIdsThatAreAskedForReachTheAuthority() {
        RegistrationSettings plain = Lab.settings(SUITE);
        new Lab(SUITE).join(plain).settle();
        Lab lab =
                new Lab(SUITE)
                        .join(
                                new RegistrationSettings(
                                        plain.group(),
                                        plain.local(),
                                        plain.keyServer(),
                                        plain.preSharedKey(),
                                        plain.proposals(),
                                        3))
                        .settle();
        assertEquals(List.of(3), lab.group.senderIdRequests);
    }

    @Test
    void exceptionsTravelInOrderBetweenTheseTwo() {
        Lab lab = new Lab(SUITE);
        lab.group.rules =
                List.of(
                        new TrafficRule(TrafficRule.Action.BYPASS, BlueGroup.everything()),
                        new TrafficRule(TrafficRule.Action.PROTECT, BlueGroup.everything()));
        lab.join(Lab.settings(SUITE)).settle();
        assertEquals(
                lab.group.rules, lab.factsOfMember(Registered.class).get(0).download().rules());
    }

    @Test
    void anUnauthorisedMemberIsToldAndLearnsNothing() {
        Lab lab = new Lab(SUITE);
        lab.group.authorised = java.util.Set.of("10.9.0.2");
        lab.join(Lab.settings(SUITE)).settle();

        /* HDR*, HASH(1), Ni, ID -->
        <-- HDR*, HASH, N(AUTHENTICATION-FAILED) */
        assertEquals(
                "not authorised: identity 10.1.0.2 matches none of [10.9.0.2]",
                lab.factsOfKeyServer(RegistrationDenied.class).get(0).reason());
        assertEquals(
                "key server does not admit 10.1.0.2 to group 1234: add it to the group's members",
                lab.factsOfMember(RegistrationFailed.class).get(0).reason());
        /* HDR*, HASH, D --> */
        assertEquals(9, lab.seen.size());
        assertEquals(0, lab.keyServer.counters().established());
        assertTrue(lab.group.admitted.isEmpty());
    }

    @Test
    void anUnknownGroupIsNamedOnBothSides() {
        RegistrationSettings plain = Lab.settings(SUITE);
        Lab lab =
                new Lab(SUITE)
                        .join(
                                new RegistrationSettings(
                                        org.getvpn.gdoi.policy.GroupId.number(99),
                                        plain.local(),
                                        plain.keyServer(),
                                        plain.preSharedKey(),
                                        plain.proposals(),
                                        0))
                        .settle();
        assertEquals(
                "unknown group 99", lab.factsOfKeyServer(RegistrationDenied.class).get(0).reason());
        assertEquals(
                "key server does not know group 99",
                lab.factsOfMember(RegistrationFailed.class).get(0).reason());
    }

    @Test
    void aSuiteThatIsNotAcceptedIsRefusedWithWhatIs() {
        Lab lab = new Lab("aes256-sha384-ecp384").join(Lab.settings(SUITE)).settle();

        assertEquals(
                "no proposal chosen: offered aes256-sha256-ecp256; accepted [aes256-sha384-ecp384]",
                lab.factsOfKeyServer(RegistrationDenied.class).get(0).reason());
        assertEquals(0, lab.keyServer.counters().halfOpen());

        lab.pass(Duration.ofSeconds(20));
        String reason = lab.factsOfMember(RegistrationFailed.class).get(0).reason();
        assertTrue(reason.contains("NO_PROPOSAL_CHOSEN"), reason);
        assertTrue(reason.contains("it accepts none of [aes256-sha256-ecp256]"), reason);
    }

    @Test
    void aDifferingPreSharedKeyIsNamedOnBothSidesAndLeavesNoState() {
        RegistrationSettings plain = Lab.settings(SUITE);
        Lab lab =
                new Lab(SUITE)
                        .join(
                                new RegistrationSettings(
                                        plain.group(),
                                        plain.local(),
                                        plain.keyServer(),
                                        Lab.secret("wrong horse"),
                                        plain.proposals(),
                                        0))
                        .settle()
                        .pass(Duration.ofSeconds(20));

        String expected =
                "pre-shared key probably differs: the identification payload does not decrypt";
        assertEquals(expected, lab.factsOfKeyServer(RegistrationDenied.class).get(0).reason());
        assertEquals(1, lab.factsOfKeyServer(RegistrationDenied.class).size());
        String reason = lab.factsOfMember(RegistrationFailed.class).get(0).reason();
        assertTrue(reason.contains(expected), reason);
        assertEquals(0, lab.keyServer.counters().halfOpen());
        assertEquals(0, lab.keyServer.counters().established());
        assertTrue(lab.group.asked.isEmpty());
    }

    @Test
    void aSilentKeyServerIsGivenUpAfterFiveTransmissions() {
        Lab lab = new Lab(SUITE);
        lab.relay = sent -> List.of();
        lab.join(Lab.settings(SUITE)).pass(Duration.ofSeconds(40));

        assertEquals(5, lab.seen.size());
        String reason = lab.factsOfMember(RegistrationFailed.class).get(0).reason();
        assertTrue(reason.startsWith("key server 10.255.0.1:848: no answer to the first"), reason);
        assertTrue(reason.contains("does it list a pre-shared key for 10.1.0.2?"), reason);
    }

    @Test
    void aMarkerBeforeIsakmpIsStrippedAndAnsweredInKind() {
        Lab lab = new Lab(SUITE);
        // As some implementations send it on any port but 500 (RFC 3948, section 2.2).
        lab.relay =
                sent -> {
                    boolean fromMember = sent.local().equals(Lab.MEMBER);
                    byte[] octets = sent.octets();
                    byte[] changed;
                    if (fromMember) {
                        changed = new byte[octets.length + 4];
                        System.arraycopy(octets, 0, changed, 4, octets.length);
                    } else {
                        assertEquals(0, octets[0] | octets[1] | octets[2] | octets[3]);
                        changed = java.util.Arrays.copyOfRange(octets, 4, octets.length);
                    }
                    return List.of(new Datagram(sent.local(), sent.remote(), changed));
                };
        lab.join(Lab.settings(SUITE)).settle();
        assertEquals(1, lab.factsOfMember(Registered.class).size());
    }

    @Test
    void aGroupMayBeNamedByAnAddressOrByAKeyId() {
        for (GroupId name :
                List.of(
                        GroupId.address(new byte[] {(byte) 239, 1, 1, 1}),
                        GroupId.keyId("blue".getBytes(StandardCharsets.US_ASCII)),
                        GroupId.keyId("branch offices".getBytes(StandardCharsets.US_ASCII)))) {
            RegistrationSettings plain = Lab.settings(SUITE);
            Lab lab = new Lab(SUITE);
            lab.group.id = name;
            lab.join(
                            new RegistrationSettings(
                                    name,
                                    plain.local(),
                                    plain.keyServer(),
                                    plain.preSharedKey(),
                                    plain.proposals(),
                                    0))
                    .settle();
            assertEquals(name, lab.factsOfMember(Registered.class).get(0).download().group());
        }
        assertEquals(
                GroupId.number(0x626c7565),
                GroupId.keyId("blue".getBytes(StandardCharsets.US_ASCII)));
        assertEquals("keyid:0x00ff", GroupId.keyId(new byte[] {0, -1}).toString());
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.getvpn.gdoi.crypto.DiffieHellmanGroup;
import org.getvpn.gdoi.crypto.DiffieHellmanKey;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Aggressive Mode: three messages, off unless asked for. */
class AggressiveModeTest {
    private static final String SUITE = "aes256-sha256-ecp256";
    private static final String SIGNED = "aes256-sha256-ecp256-rsa";
    private static final String SERVER = "CN=ks1,O=GET VPN,C=XX";
    private static final String MEMBER = "CN=gm1,O=GET VPN,C=XX";
    private static final Authority AUTHORITY = new Authority("CN=ca,O=GET VPN,C=XX");
    private static final KeyPair SERVER_KEYS = Authority.keys("RSA", 2048);
    private static final KeyPair MEMBER_KEYS = Authority.keys("RSA", 2048);

    private static PhaseOneSettings aggressive(String suites) {
        return PhaseOneSettings.of(Lab.proposals(suites)).with(PhaseOneMode.AGGRESSIVE);
    }

    private static Lab lab() {
        return new Lab(aggressive(SUITE));
    }

    private static Lab join(Lab lab) {
        return lab.join(Lab.settings(aggressive(SUITE)));
    }

    private static PhaseOneSettings signed(String name, KeyPair keys) {
        return PhaseOneSettings.of(Lab.proposals(SIGNED), AUTHORITY.credentials(name, keys))
                .with(PhaseOneMode.AGGRESSIVE);
    }

    private static Lab signedLab() {
        Lab lab = new Lab(signed(SERVER, SERVER_KEYS), peer -> Optional.empty());
        lab.group.authorised = Set.of(MEMBER);
        return lab;
    }

    private static RegistrationSettings signedMember(String keyServer) {
        return new RegistrationSettings(
                BlueGroup.ID,
                Lab.MEMBER,
                Lab.KEY_SERVER,
                null,
                keyServer,
                signed(MEMBER, MEMBER_KEYS),
                0);
    }

    private static void assertRegistered(Lab lab) {
        assertEquals(1, lab.factsOfMember(Registered.class).size());
        assertEquals(0, lab.factsOfMember(RegistrationFailed.class).size());
        assertEquals(1, lab.group.senderIdRequests.size(), "admitted once, not once per copy");
    }

    @Test
    void threeMessagesMakeThePhaseOneSa() {
        Lab lab = join(lab());
        /* HDR, SA, KE, Ni, IDii, VID -->        */
        lab.step();
        assertEquals(1, lab.keyServer.counters().halfOpen());
        assertEquals(0, lab.keyServer.counters().established());
        /* <-- HDR, SA, KE, Nr, IDir, HASH_R, VID */
        lab.step();
        assertEquals(4, lab.seen.size(), "message 3 and the first of GROUPKEY-PULL go together");
        /* HDR*, HASH_I -->                       */
        lab.step();
        assertEquals(0, lab.keyServer.counters().halfOpen());
        assertEquals(1, lab.keyServer.counters().established());
        /* HDR*, HASH(1), Ni, ID --> and so on    */
        lab.settle();
        assertEquals(">4 <4 >4* >32* <32* >32* <32* >5* ", lab.arrows());
        assertRegistered(lab);
        assertEquals(
                "10.1.0.2", lab.factsOfKeyServer(MemberRegistered.class).get(0).member().text());
    }

    @Test
    void certificatesProveBothEnds() {
        Lab lab = signedLab().join(signedMember(SERVER)).settle();
        /* HDR, SA, KE, Ni, IDii, CR, VID -->
        <-- HDR, SA, KE, Nr, IDir, CERT, SIG_R, CR, VID
        HDR*, CERT, SIG_I --> */
        assertEquals(">4 <4 >4* >32* <32* >32* <32* >5* ", lab.arrows());
        assertRegistered(lab);
        assertEquals(MEMBER, lab.factsOfKeyServer(MemberRegistered.class).get(0).member().text());
    }

    @Test
    void itIsNotSpokenUnlessAskedFor() {
        Lab lab = new Lab(SUITE).join(Lab.settings(aggressive(SUITE))).settle();
        /* HDR, SA, KE, Ni, IDii -->
        <-- HDR, N(INVALID-EXCHANGE-TYPE) */
        assertEquals(">4 <5 ", lab.arrows());
        assertEquals(0, lab.keyServer.counters().halfOpen());
        assertEquals(1, lab.keyServer.counters().ignored().get(Ignored.UNKNOWN_EXCHANGE));
        assertEquals(
                "Aggressive Mode is off here: let the peer use Main Mode, or allow it",
                lab.keyServerOutcomes.get(0).reason());
        assertTrue(lab.keyServerOutcomes.get(0).computations().isEmpty(), "no Diffie-Hellman");

        lab.pass(Duration.ofSeconds(20));
        String reason = lab.factsOfMember(RegistrationFailed.class).get(0).reason();
        assertTrue(
                reason.endsWith(
                        "but INVALID_EXCHANGE_TYPE(7) (unauthenticated): it does not speak"
                                + " AGGRESSIVE mode"),
                reason);
    }

    @Test
    void aBareHeaderIsNotAnsweredWithMoreThanItIs() {
        Lab lab = new Lab(SUITE);
        byte[] header =
                Frame.write(
                        new CookiePair(1, 0),
                        PayloadType.SA,
                        PhaseOneMode.AGGRESSIVE.exchange(),
                        0,
                        0,
                        new byte[0]);
        Outcome outcome =
                lab.keyServer.receive(new Datagram(Lab.KEY_SERVER, Lab.MEMBER, header), lab.now);
        assertEquals(Outcome.Verdict.IGNORED, outcome.verdict());
        assertTrue(outcome.send().isEmpty());
    }

    @Test
    void aKeyServerThatSpeaksItStillSpeaksMainMode() {
        assertRegistered(lab().join(Lab.settings(SUITE)).settle());
    }

    @Test
    void theWarningNamesWhatItGivesAway() {
        assertEquals(
                List.of(
                        "Phase 1 Aggressive Mode shows identities in the clear and, with "
                                + SUITE
                                + ", lets strangers guess keys offline: use Main Mode as soon as"
                                + " every peer can"),
                aggressive(SUITE).warnings());
        assertTrue(PhaseOneSettings.of(Lab.proposals(SUITE)).warnings().isEmpty());
    }

    @Test
    void oneFirstMessageHoldsOneGroupAndOneKindOfProof() {
        PhaseOneSettings two = aggressive("aes256-sha256-ecp256 aes256-sha256-modp2048");
        assertEquals(
                "Aggressive Mode offers one Diffie-Hellman group and one kind of authentication:"
                        + " take aes256-sha256-ecp256 or aes256-sha256-modp2048",
                assertThrows(IllegalArgumentException.class, () -> Lab.settings(two)).getMessage());
        new Lab(two).join(Lab.settings(aggressive("aes256-sha256-modp2048"))).settle();
    }

    /** Knows a key for one name and for no address. */
    private static PreSharedKeys named(String known) {
        return new PreSharedKeys() {
            @Override
            public Optional<SecretBytes> sharedWith(InetAddress peer) {
                return Optional.empty();
            }

            @Override
            public Optional<SecretBytes> sharedWith(String name) {
                return name.equals(known)
                        ? Optional.of(Lab.secret("correct horse battery staple"))
                        : Optional.empty();
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"gm1.example.org", "gm1@example.org", "CN=gm1,C=XX", "keyid:blue-1"})
    void aPeerWithoutAListedAddressIsKnownByItsName(String name) {
        Lab lab = new Lab(aggressive(SUITE), named(name));
        lab.group.authorised = Set.of(name);
        lab.join(Lab.settings(aggressive(SUITE).withIdentity(IdentityText.parse(name)))).settle();
        assertRegistered(lab);
        assertEquals(name, lab.factsOfKeyServer(MemberRegistered.class).get(0).member().text());
    }

    @Test
    void aNameThatNobodyListedLeavesNothing() {
        Lab lab = new Lab(aggressive(SUITE), named("gm2.example.org"));
        lab.join(
                        Lab.settings(
                                aggressive(SUITE)
                                        .withIdentity(IdentityText.parse("gm1.example.org"))))
                .settle();
        assertEquals(
                "no pre-shared key for gm1.example.org: list one, if it may",
                lab.keyServerOutcomes.get(0).reason());
        assertEquals(0, lab.keyServer.counters().halfOpen());
    }

    @Test
    void anotherAddressThanTheSendersProvesNothing() {
        Lab lab = lab();
        lab.relay =
                sent ->
                        List.of(
                                sent.local().equals(Lab.MEMBER)
                                        ? new Datagram(
                                                Lab.endpoint("10.66.0.2", 848),
                                                sent.remote(),
                                                sent.octets())
                                        : sent);
        join(lab).settle();
        assertEquals(1, lab.keyServer.counters().ignored().get(Ignored.UNKNOWN_PEER));
        assertEquals(0, lab.keyServer.counters().halfOpen());
    }

    @Test
    void aDifferingPreSharedKeyIsNamedByTheMember() {
        Lab lab = lab().join(Lab.settings(aggressive(SUITE), "wrong horse")).settle();
        assertEquals(">4 <4 ", lab.arrows(), "the member does not go on");
        lab.pass(Duration.ofSeconds(40));
        String reason = lab.factsOfMember(RegistrationFailed.class).get(0).reason();
        assertTrue(
                reason.endsWith(
                        "pre-shared key probably differs: the hash that proves it does not fit"),
                reason);
        assertEquals(0, lab.keyServer.counters().halfOpen());
        assertEquals(0, lab.keyServer.counters().established());
    }

    @Test
    void aForgedProofIsToldOnceAndEndsNothing() {
        Lab lab = lab();
        lab.relay =
                sent -> {
                    if (sent.octets()[18] != 4 || sent.octets()[19] != 1) {
                        return List.of(sent);
                    }
                    byte[] forged = sent.octets().clone();
                    forged[forged.length - 1] ^= 1;
                    byte[] clear =
                            Frame.clear(
                                    Frame.read(sent.octets(), 0).cookies(),
                                    PhaseOneMode.AGGRESSIVE.exchange(),
                                    List.of(Payload.of(PayloadType.HASH, new byte[32])));
                    return List.of(
                            new Datagram(sent.local(), sent.remote(), forged),
                            new Datagram(sent.local(), sent.remote(), clear),
                            sent);
                };
        join(lab).settle();
        assertRegistered(lab);
        List<RegistrationDenied> denied = lab.factsOfKeyServer(RegistrationDenied.class);
        assertEquals(1, denied.size());
        assertEquals(
                "pre-shared key probably differs: the hash that proves it does not fit",
                denied.get(0).reason());
        assertEquals(2, lab.keyServer.counters().ignored().get(Ignored.UNAUTHENTICATED));
    }

    @Test
    void theThirdMessageMayComeInTheClear() throws Exception {
        Lab lab = lab();
        byte[] cookie = {1, 2, 3, 4, 5, 6, 7, 8};
        byte[] offer = PhaseOneOffer.of(aggressive(SUITE)).write().body();
        byte[] identity = Identification.of(Lab.MEMBER.address()).write().body();
        byte[] nonce = new byte[16];
        DiffieHellmanKey key = DiffieHellmanGroup.ECP256.generate(new SeededRandom(5));
        CookiePair first = new CookiePair(ByteBuffer.wrap(cookie).getLong(), 0);
        /* HDR, SA, KE, Ni, IDii --> */
        Outcome outcome =
                receive(
                        lab,
                        first,
                        Payload.of(PayloadType.SA, offer),
                        Payload.of(PayloadType.KE, key.publicValue()),
                        Payload.of(PayloadType.NONCE, nonce),
                        Payload.of(PayloadType.ID, identity));
        Outcome answered = lab.keyServer.resume(outcome.computations().get(0).run(), lab.now);
        /* <-- HDR, SA, KE, Nr, IDir, HASH_R */
        Frame answer = Frame.read(answered.send().get(0).octets(), 0);
        PayloadChain chain =
                PayloadChain.read(answer.firstPayload(), answer.body(), PayloadChain.Padding.NONE);
        byte[] value = chain.onlyBody(PayloadType.KE, 64, 64);
        byte[] cookies = answer.cookies().octets();
        PhaseOneKeys keys =
                PhaseOneKeys.ofPreSharedKey(
                        Prf.SHA256,
                        Lab.secret("correct horse battery staple"),
                        nonce,
                        chain.onlyBody(PayloadType.NONCE, 8, 256),
                        cookies,
                        key.agree(value));
        assertArrayEquals(
                keys.hashOfResponder(
                        key.publicValue(),
                        value,
                        cookies,
                        offer,
                        chain.onlyBody(PayloadType.ID, 8, 8)),
                chain.onlyBody(PayloadType.HASH, 32, 32));
        /* HDR, HASH_I --> */
        byte[] proof = keys.hashOfInitiator(key.publicValue(), value, cookies, offer, identity);
        assertEquals(
                Outcome.Verdict.ADVANCED,
                receive(lab, answer.cookies(), Payload.of(PayloadType.HASH, proof)).verdict());
        assertEquals(1, lab.keyServer.counters().established());
    }

    private static Outcome receive(Lab lab, CookiePair cookies, Payload... payloads) {
        byte[] message =
                Frame.clear(cookies, PhaseOneMode.AGGRESSIVE.exchange(), List.of(payloads));
        return lab.keyServer.receive(new Datagram(Lab.KEY_SERVER, Lab.MEMBER, message), lab.now);
    }

    @Test
    void anotherMemberCannotPoseAsTheKeyServer() {
        Lab lab = signedLab().join(signedMember("CN=ks9,O=GET VPN,C=XX")).settle();
        lab.pass(Duration.ofSeconds(40));
        String reason = lab.factsOfMember(RegistrationFailed.class).get(0).reason();
        assertTrue(
                reason.contains("key server calls itself " + SERVER + " where CN=ks9,O=GET VPN"),
                reason);
        assertEquals(0, lab.keyServer.counters().established());
    }

    @Test
    void theThirdMessageIsSentAgainWithTheRequestThatFollowsIt() {
        Lab lab = lab();
        int[] dropped = {0};
        lab.relay =
                sent ->
                        sent.octets()[18] == 4 && sent.octets()[19] == 1 && dropped[0]++ < 2
                                ? List.of()
                                : List.of(sent);
        join(lab).pass(Duration.ofSeconds(10));
        assertEquals(3, dropped[0]);
        assertRegistered(lab);
    }

    @ParameterizedTest
    @ValueSource(strings = {"psk", "rsa"})
    void losingTheFirstCopyOfEveryDatagramOnlyDelays(String method) {
        Set<Integer> lost = new HashSet<>();
        Lab lab = method.equals("psk") ? lab() : signedLab();
        lab.relay = sent -> lost.add(Arrays.hashCode(sent.octets())) ? List.of() : List.of(sent);
        (method.equals("psk") ? join(lab) : lab.join(signedMember(SERVER)))
                .pass(Duration.ofSeconds(30));
        assertRegistered(lab);
    }

    @ParameterizedTest
    @ValueSource(strings = {"psk", "rsa"})
    void everyDatagramTwiceChangesNothing(String method) {
        Lab lab = method.equals("psk") ? lab() : signedLab();
        lab.relay = sent -> List.of(sent, sent);
        (method.equals("psk") ? join(lab) : lab.join(signedMember(SERVER))).settle();
        assertRegistered(lab);
        assertTrue(lab.keyServer.counters().retransmissions() > 0);
    }

    @Test
    void messagesInAnotherOrderOnlyDelay() {
        Lab lab = lab();
        List<Datagram> held = new ArrayList<>();
        // Each datagram that is encrypted is overtaken by the next one.
        lab.relay =
                sent -> {
                    if (sent.octets()[19] != 1 || !sent.local().equals(Lab.MEMBER)) {
                        return List.of(sent);
                    }
                    if (held.isEmpty()) {
                        held.add(sent);
                        return List.of();
                    }
                    return List.of(sent, held.remove(0));
                };
        join(lab).pass(Duration.ofSeconds(20));
        assertRegistered(lab);
    }

    @ParameterizedTest
    @ValueSource(strings = {"psk", "rsa"})
    void aRequestThatOvertakesTheThirdMessageWaitsForIt(String method) {
        Lab lab = method.equals("psk") ? lab() : signedLab();
        List<Datagram> held = new ArrayList<>();
        lab.relay =
                sent -> {
                    byte[] octets = sent.octets();
                    if (octets[18] == 4 && octets[19] == 1 && held.isEmpty()) {
                        held.add(sent);
                        return List.of();
                    }
                    return octets[18] == 32 && held.size() == 1
                            ? List.of(sent, held.set(0, sent))
                            : List.of(sent);
                };
        (method.equals("psk") ? join(lab) : lab.join(signedMember(SERVER))).settle();
        assertRegistered(lab);
        assertEquals(
                1,
                lab.keyServerOutcomes.stream()
                        .filter(o -> o.reason().equals("request kept until Phase 1 is complete"))
                        .count());
    }

    @Test
    void aRequestThatComesWhileASignatureIsCheckedIsAnsweredAfterwards() {
        Lab lab = signedLab().join(signedMember(SERVER));
        lab.step();
        lab.step();
        /* HDR*, CERT, SIG_I --> : its computation is held back */
        Outcome proof = lab.keyServer.receive(Lab.mirror(lab.seen.get(2)), lab.now);
        /* HDR*, HASH(1), Ni, ID --> */
        Outcome early = lab.keyServer.receive(Lab.mirror(lab.seen.get(3)), lab.now);
        assertEquals("request kept until Phase 1 is complete", early.reason());
        Outcome done = lab.keyServer.resume(proof.computations().get(0).run(), lab.now);
        assertEquals(1, lab.keyServer.counters().established());
        assertEquals(1, done.computations().size(), "the group's policy is asked for");
    }

    @Test
    void aRecordedExchangePlayedAgainRegistersNobody() {
        Lab lab = join(lab()).settle();
        List<Datagram> recorded = List.copyOf(lab.seen);
        lab.now = lab.now.plus(Duration.ofMinutes(10));
        lab.keyServer.tick(lab.now);
        for (Datagram sent : recorded) {
            if (sent.local().equals(Lab.MEMBER)) {
                Outcome outcome = lab.keyServer.receive(Lab.mirror(sent), lab.now);
                for (Computation work : outcome.computations()) {
                    lab.keyServer.resume(work.run(), lab.now);
                }
            }
        }
        assertEquals(1, lab.group.senderIdRequests.size());
        assertEquals(0, lab.keyServer.counters().established());
        lab.keyServer.tick(lab.now.plus(Duration.ofSeconds(11)));
        assertEquals(0, lab.keyServer.counters().halfOpen());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void flippedAndTruncatedCopiesAreIgnored(long seed) {
        Random random = new Random(seed);
        Lab lab = lab();
        lab.relay =
                sent -> {
                    List<Datagram> out = new ArrayList<>();
                    for (int i = 0; i < 5; i++) {
                        byte[] octets = sent.octets();
                        boolean first = octets[18] == 4 && sent.local().equals(Lab.MEMBER);
                        // A first message is genuine by itself: whoever sends it begins the
                        // exchange of its cookies.
                        if (!first || octets[19] == 1) {
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
        join(lab).settle();
        assertRegistered(lab);
    }
}

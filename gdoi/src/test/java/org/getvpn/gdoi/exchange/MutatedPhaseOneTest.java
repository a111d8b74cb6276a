// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Somebody on the path who mutates copies of every message of every kind of Phase 1, lengths made
 * right and cookies kept, so that the mutation gets as far as it can: nothing throws, nothing
 * grows, and nobody is admitted who is not the member.
 */
class MutatedPhaseOneTest {
    private static final String SERVER = "CN=ks1,O=GET VPN,C=XX";
    private static final String MEMBER = "CN=gm1,O=GET VPN,C=XX";
    private static final Authority AUTHORITY = new Authority("CN=ca,O=GET VPN,C=XX");
    private static final KeyPair SERVER_KEYS = Authority.keys("RSA", 2048);
    private static final KeyPair MEMBER_KEYS = Authority.keys("RSA", 2048);
    private static final int COPIES = 60;

    private static PhaseOneSettings settings(
            String method,
            PhaseOneMode mode,
            X509Certificate own,
            KeyPair keys,
            X509Certificate peer) {
        List<PhaseOneProposal> suites = Lab.proposals("aes128-sha256-ecp256-" + method);
        return method.equals("psk")
                ? PhaseOneSettings.of(suites).with(mode)
                : PhaseOneSettings.of(
                                suites,
                                new PhaseOneCredentials(
                                                List.of(own), keys.getPrivate(), AUTHORITY.trust())
                                        .withPeers(List.of(peer)))
                        .with(mode);
    }

    @ParameterizedTest
    @CsvSource({
        "psk, MAIN, 1",
        "rsa, MAIN, 2",
        "rsaenc, MAIN, 3",
        "rsarev, MAIN, 4",
        "psk, AGGRESSIVE, 5",
        "rsa, AGGRESSIVE, 6",
        "rsaenc, AGGRESSIVE, 7",
        "rsarev, AGGRESSIVE, 8"
    })
    void nothingThrowsAndNobodyElseIsAdmitted(String method, PhaseOneMode mode, long seed) {
        Random random = new Random(seed);
        X509Certificate server =
                AUTHORITY.issue(SERVER, SERVER_KEYS, Authority.NOW.plus(Duration.ofDays(9)), false);
        X509Certificate member =
                AUTHORITY.issue(MEMBER, MEMBER_KEYS, Authority.NOW.plus(Duration.ofDays(9)), false);
        boolean shared = method.equals("psk");
        Lab lab =
                new Lab(
                        settings(method, mode, server, SERVER_KEYS, member),
                        peer ->
                                shared
                                        ? Optional.of(Lab.secret("correct horse battery staple"))
                                        : Optional.empty());
        lab.group.authorised = Set.of(shared ? "10.1.0.2" : MEMBER);
        lab.relay =
                sent -> {
                    List<Datagram> out = new ArrayList<>();
                    for (int i = 0; i < COPIES; i++) {
                        out.add(
                                new Datagram(
                                        sent.local(),
                                        sent.remote(),
                                        mutated(sent.octets(), random)));
                    }
                    out.add(random.nextInt(COPIES), sent);
                    return out;
                };
        lab.join(
                        new RegistrationSettings(
                                BlueGroup.ID,
                                Lab.MEMBER,
                                Lab.KEY_SERVER,
                                shared ? Lab.secret("correct horse battery staple") : null,
                                SERVER,
                                settings(method, mode, member, MEMBER_KEYS, server),
                                0))
                .settle();
        lab.relay = List::of;
        lab.pass(Duration.ofSeconds(40));

        assertTrue(lab.member.isOver(), "the attempt ends, one way or the other");
        assertTrue(lab.group.senderIdRequests.size() <= 1, "never admitted twice");
        assertEquals(0, lab.keyServer.counters().halfOpen());
        for (MemberRegistered registered : lab.factsOfKeyServer(MemberRegistered.class)) {
            assertEquals(shared ? "10.1.0.2" : MEMBER, registered.member().text());
        }
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] octets = seed.clone();
        int kind = random.nextInt(4);
        if (kind == 0 && octets.length > 40) {
            octets = Arrays.copyOf(octets, 28 + random.nextInt(octets.length - 28));
        } else if (kind == 1) {
            octets = Arrays.copyOf(octets, octets.length + 1 + random.nextInt(300));
        }
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            int at = 16 + random.nextInt(octets.length - 16);
            octets[at] =
                    random.nextBoolean()
                            ? (byte) random.nextInt()
                            : (byte) (octets[at] ^ 1 << random.nextInt(8));
        }
        octets[17] = 0x10;
        octets[18] = random.nextInt(8) == 0 ? octets[18] : seed[18];
        octets[24] = 0;
        octets[25] = 0;
        octets[26] = (byte) (octets.length >> 8);
        octets[27] = (byte) octets.length;
        return octets;
    }
}

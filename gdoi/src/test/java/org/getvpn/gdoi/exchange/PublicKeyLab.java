// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/** Peers with RSA certificates, and what somebody else sees of their exchanges. */
final class PublicKeyLab {
    static final String PLAIN = "aes256-sha256-ecp256-rsaenc";
    static final String REVISED = "aes256-sha256-ecp256-rsarev";
    static final String SERVER = "CN=ks1,O=GET VPN,C=XX";
    static final String MEMBER = "CN=gm1,O=GET VPN,C=XX";
    static final Authority AUTHORITY = new Authority("CN=ca,O=GET VPN,C=XX");
    static final KeyPair SERVER_KEYS = Authority.keys("RSA", 2048);
    static final KeyPair MEMBER_KEYS = Authority.keys("RSA", 2048);
    static final X509Certificate SERVER_CERTIFICATE =
            AUTHORITY.issue(SERVER, SERVER_KEYS, Authority.NOW.plus(Duration.ofDays(9)), false);
    static final X509Certificate MEMBER_CERTIFICATE =
            AUTHORITY.issue(MEMBER, MEMBER_KEYS, Authority.NOW.plus(Duration.ofDays(9)), false);

    static PhaseOneSettings server(String suite, X509Certificate... known) {
        return PhaseOneSettings.of(
                Lab.proposals(suite),
                new PhaseOneCredentials(
                                List.of(SERVER_CERTIFICATE),
                                SERVER_KEYS.getPrivate(),
                                AUTHORITY.trust())
                        .withPeers(List.of(known)));
    }

    static Lab lab(String suite, X509Certificate... known) {
        Lab lab = new Lab(server(suite, known), peer -> Optional.empty());
        lab.group.authorised = Set.of(MEMBER);
        return lab;
    }

    static Lab lab(String suite) {
        return lab(suite, MEMBER_CERTIFICATE);
    }

    static RegistrationSettings member(String suite) {
        return member(suite, MEMBER_CERTIFICATE, MEMBER_KEYS, SERVER_CERTIFICATE);
    }

    static RegistrationSettings member(
            String suite, X509Certificate own, KeyPair keys, X509Certificate... known) {
        return new RegistrationSettings(
                BlueGroup.ID,
                Lab.MEMBER,
                Lab.KEY_SERVER,
                null,
                SERVER,
                PhaseOneSettings.of(
                        Lab.proposals(suite),
                        new PhaseOneCredentials(List.of(own), keys.getPrivate(), AUTHORITY.trust())
                                .withPeers(List.of(known))),
                0);
    }

    static void assertRegistered(Lab lab) {
        assertEquals(1, lab.factsOfMember(Registered.class).size());
        assertEquals(0, lab.factsOfMember(RegistrationFailed.class).size());
        assertEquals(1, lab.group.senderIdRequests.size(), "admitted once, not once per copy");
    }

    static List<PayloadType> payloads(Datagram datagram) throws Exception {
        Frame frame = Frame.read(datagram.octets(), 0);
        return PayloadChain.read(frame.firstPayload(), frame.body(), PayloadChain.Padding.NONE)
                .payloads()
                .stream()
                .map(payload -> payload.type())
                .collect(Collectors.toList());
    }

    /** What an attacker sees of a message 3: types and lengths of the answer, then the refusal. */
    static String observe(Lab lab, PhaseOneMode mode, byte[] message) throws Exception {
        StringBuilder seen = new StringBuilder();
        Outcome outcome =
                lab.keyServer.receive(new Datagram(Lab.KEY_SERVER, Lab.MEMBER, message), lab.now);
        seen.append(outcome.verdict()).append(outcome.computations().size());
        Outcome answer = lab.keyServer.resume(outcome.computations().get(0).run(), lab.now);
        Frame frame = Frame.read(answer.send().get(0).octets(), 0);
        for (var payload :
                PayloadChain.read(frame.firstPayload(), frame.body(), PayloadChain.Padding.NONE)
                        .payloads()) {
            seen.append(' ').append(payload.type()).append(payload.body().length);
        }
        byte[] guess = new byte[64];
        new Random(1).nextBytes(guess);
        Outcome refusal =
                lab.keyServer.receive(
                        new Datagram(
                                Lab.KEY_SERVER,
                                Lab.MEMBER,
                                Frame.sealed(
                                        frame.cookies(), mode.exchange(), PayloadType.HASH, guess)),
                        lab.now);
        for (Datagram sent : refusal.send()) {
            byte[] octets = sent.octets();
            seen.append(" | ").append(octets.length).append(' ').append(octets[18]);
            seen.append(' ').append((octets[38] & 0xff) << 8 | octets[39] & 0xff);
        }
        return seen + " " + refusal.verdict();
    }

    static byte[] corrupted(byte[] message, PayloadType type, int seed) throws Exception {
        byte[] octets = message.clone();
        int at = 28;
        PayloadType here = Frame.read(octets, 0).firstPayload();
        while (!here.equals(type)) {
            here = PayloadType.of(octets[at] & 0xff);
            at += (octets[at + 2] & 0xff) << 8 | octets[at + 3] & 0xff;
        }
        int length = (octets[at + 2] & 0xff) << 8 | octets[at + 3] & 0xff;
        byte[] random = new byte[length - 4];
        new Random(seed).nextBytes(random);
        random[0] &= 0x3f;
        System.arraycopy(random, 0, octets, at + 4, random.length);
        return octets;
    }

    static RegistrationSettings aggressive(RegistrationSettings settings) {
        return new RegistrationSettings(
                BlueGroup.ID,
                Lab.MEMBER,
                Lab.KEY_SERVER,
                null,
                SERVER,
                settings.phaseOne().with(PhaseOneMode.AGGRESSIVE),
                0);
    }

    static Lab aggressiveLab(String suite, X509Certificate... known) {
        Lab lab =
                new Lab(
                        server(suite, known).with(PhaseOneMode.AGGRESSIVE),
                        peer -> Optional.empty());
        lab.group.authorised = Set.of(MEMBER);
        return lab;
    }
}

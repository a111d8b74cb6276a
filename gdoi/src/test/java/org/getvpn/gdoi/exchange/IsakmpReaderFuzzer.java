// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.crypto.RekeyCipher;
import org.getvpn.gdoi.crypto.RekeySignature;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.KeyTreeNode;
import org.getvpn.gdoi.wire.Doi;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.IsakmpHeader;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;
import org.getvpn.gdoi.wire.Quirk;

/**
 * The entry of the coverage-guided fuzzer: octets of a peer reach the key server and the member.
 * Randomness and clock are fixed, so that the datagrams of a recorded conversation are taken again,
 * the encrypted ones too, and a finding repeats. Whatever is thrown is a finding.
 */
public final class IsakmpReaderFuzzer {
    /** Whom the octets reach, and how far their sender has come. */
    enum Role {
        /** datagrams from a member's address */
        KEY_SERVER,
        /** the same; then an honest member must still be served */
        KEY_SERVER_WITH_ANOTHER_MEMBER,
        /** datagrams from the key server's address */
        MEMBER,
        /** datagrams under a KEK's cookies */
        REKEY,
        /** payloads of GROUPKEY-PULL from a member that is authenticated */
        PULL_OF_A_KNOWN_MEMBER,
        /** payloads of GROUPKEY-PULL from the key server itself */
        PULL_OF_THE_KEY_SERVER,
        /** payloads of GROUPKEY-PUSH with the key server's signature */
        REKEY_OF_THE_KEY_SERVER,
        /** datagrams from the key server's address to a member that began in Aggressive Mode */
        AGGRESSIVE_MEMBER
    }

    static final String SUITE = "aes256-sha256-ecp256";
    static final Kek KEK;

    private static final KeyPair SIGNING;
    private static final int MESSAGE_ID = 0x01020304;
    private static final Ticks START = Ticks.ofNanos(0);

    static {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), new SeededRandom(9));
            SIGNING = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        byte[] spi = new byte[16];
        Arrays.fill(spi, (byte) 0x55);
        KEK =
                new Kek(
                        spi,
                        Kek.ALGORITHM_AES_CBC,
                        SecretBytes.wrap(new byte[32]),
                        86_400,
                        0,
                        Kek.SIGNATURE_ECDSA_256,
                        SIGNING.getPublic().getEncoded(),
                        1);
    }

    private IsakmpReaderFuzzer() {}

    /** Called by Jazzer, and by the test that replays the corpus. */
    public static void fuzzerTestOneInput(byte[] data) {
        FuzzInput input = new FuzzInput(data);
        switch (Role.values()[input.octet() % Role.values().length]) {
            case KEY_SERVER:
                attack(lab(), input);
                break;
            case KEY_SERVER_WITH_ANOTHER_MEMBER:
                attackBesideAnHonestMember(input);
                break;
            case MEMBER:
                attackMember(PhaseOneMode.MAIN, input);
                break;
            case AGGRESSIVE_MEMBER:
                attackMember(PhaseOneMode.AGGRESSIVE, input);
                break;
            case REKEY:
                attackRekeys(input);
                break;
            case PULL_OF_A_KNOWN_MEMBER:
                pullAsMember(input);
                break;
            case PULL_OF_THE_KEY_SERVER:
                pullAsKeyServer(input);
                break;
            default:
                rekeyAsKeyServer(input);
        }
    }

    private static void attack(Lab lab, FuzzInput input) {
        lab.relay = sent -> List.of();
        int sent = 0;
        while (input.hasMore()) {
            lab.takeFromKeyServer(
                    lab.keyServer.receive(
                            new Datagram(Lab.KEY_SERVER, Lab.MEMBER, input.datagram()), lab.now));
            sent++;
            check(
                    lab.keyServer.counters().halfOpen() + lab.keyServer.counters().established()
                            <= sent,
                    "more state than datagrams");
        }
        lab.now = lab.now.plus(Duration.ofSeconds(1));
        lab.takeFromKeyServer(lab.keyServer.tick(lab.now));
        lab.keyServerOutcomes.forEach(IsakmpReaderFuzzer::checkIgnored);
    }

    private static void attackBesideAnHonestMember(FuzzInput input) {
        Lab lab = lab();
        attack(lab, input);
        lab.relay = List::of;
        lab.join(settings(Lab.endpoint("10.2.0.2", 848), PhaseOneMode.MAIN)).settle();
        check(lab.factsOfMember(Registered.class).size() == 1, "the honest member was not served");
    }

    /** A key server that speaks both modes. */
    static Lab lab() {
        return new Lab(phaseOne(PhaseOneMode.AGGRESSIVE));
    }

    static RegistrationSettings settings(Endpoint member, PhaseOneMode mode) {
        RegistrationSettings settings = Lab.settings(SUITE);
        return new RegistrationSettings(
                settings.group(),
                member,
                settings.keyServer(),
                settings.preSharedKey(),
                null,
                phaseOne(mode),
                0);
    }

    private static PhaseOneSettings phaseOne(PhaseOneMode mode) {
        return PhaseOneSettings.of(Lab.proposals(SUITE)).with(mode);
    }

    private static void attackMember(PhaseOneMode mode, FuzzInput input) {
        GroupMemberEndpoint member =
                new GroupMemberEndpoint(settings(Lab.MEMBER, mode), new SeededRandom(2));
        member.start(START);
        Ticks now = START;
        while (input.hasMore()) {
            now = now.plus(Duration.ofMillis(10));
            Datagram in = new Datagram(Lab.MEMBER, Lab.KEY_SERVER, input.datagram());
            carryOut(member, member.receive(in, now), now);
        }
        carryOut(member, member.tick(now.plus(Duration.ofSeconds(2))), now);
    }

    private static void attackRekeys(FuzzInput input) {
        RekeyReceiver member = new RekeyReceiver(BlueGroup.ID, EnumSet.allOf(Quirk.class));
        KeyTreeNode leaf = new KeyTreeNode(4, 1, SecretBytes.wrap(new byte[32]));
        member.install(KEK, 0, List.of(leaf, new KeyTreeNode(1, 1, KEK.ivAndKey())));
        while (input.hasMore()) {
            Datagram in = new Datagram(Lab.MEMBER, Lab.KEY_SERVER, input.datagram());
            member.recognises(in);
            checkIgnored(member.receive(in, START));
        }
    }

    private static void carryOut(Exchange exchange, Outcome outcome, Ticks now) {
        checkIgnored(outcome);
        for (Computation work : outcome.computations()) {
            carryOut(exchange, exchange.resume(work.run(), now), now);
        }
    }

    /** A Phase 1 SA out of thin air: the fuzzer shall not pay for Diffie-Hellman. */
    private static PhaseOneSa sa() {
        byte[] nonce = new byte[32];
        byte[] cookies = ByteBuffer.allocate(16).putLong(1).putLong(2).array();
        PhaseOneKeys keys =
                PhaseOneKeys.ofPreSharedKey(
                        Prf.SHA256,
                        Lab.secret("fuzz"),
                        nonce,
                        nonce,
                        cookies,
                        SecretBytes.wrap(new byte[32]));
        return new PhaseOneSa(
                new CookiePair(1, 2),
                new ReturnPath(Lab.KEY_SERVER, Lab.MEMBER),
                new PeerIdentity(1, "10.1.0.2", Lab.MEMBER),
                Doi.GDOI,
                Duration.ofHours(1),
                keys,
                keys.cipher(IsakmpCipher.Algorithm.AES256),
                new byte[16]);
    }

    private static Frame frame(byte[] octets) {
        return Frame.read(octets, 0);
    }

    private static void addNonces(ProtectedExchange to, Iterable<Payload> payloads) {
        for (Payload payload : payloads) {
            if (payload.type().equals(PayloadType.NONCE)) {
                to.addNonce(payload.body());
            }
        }
    }

    /**
     *
     *
     * <pre>
     * HDR*, HASH(1), …  --&gt;
     *                  &lt;--  HDR*, HASH(2), Nr, SA
     * HDR*, HASH(3), …  --&gt;
     * </pre>
     */
    private static void pullAsMember(FuzzInput input) {
        PhaseOneSa sa = sa();
        PullResponder keyServer =
                new PullResponder(
                        sa,
                        MESSAGE_ID,
                        new BlueGroup(),
                        new SeededRandom(3),
                        new EndpointCounters());
        ProtectedExchange attacker = sa.begin(ExchangeType.GROUPKEY_PULL, MESSAGE_ID);
        List<Payload> first = input.payloads();
        byte[] sealed = attacker.seal(copies(first));
        addNonces(attacker, first);
        for (Datagram answer : answers(keyServer, keyServer.receive(frame(sealed)).build())) {
            try {
                addNonces(attacker, attacker.open(frame(answer.octets())).all(PayloadType.NONCE));
                byte[] third = attacker.seal(input.payloads());
                answers(keyServer, keyServer.receive(frame(third)).build());
            } catch (MalformedPayload e) {
                // a notification under another message id: the key server refused
            }
        }
    }

    private static List<Datagram> answers(PullResponder keyServer, Outcome outcome) {
        checkIgnored(outcome);
        for (Computation work : outcome.computations()) {
            outcome = keyServer.resume((PullResponder.Result) work.run()).build();
        }
        return outcome.send();
    }

    /**
     *
     *
     * <pre>
     * HDR*, HASH(1), Ni, ID --&gt;
     *                      &lt;--  HDR*, HASH(2), …
     * HDR*, HASH(3)         --&gt;
     *                      &lt;--  HDR*, HASH(4), …
     * </pre>
     */
    private static void pullAsKeyServer(FuzzInput input) {
        PhaseOneSa sa = sa();
        PullInitiator member = new PullInitiator(sa, Lab.settings(SUITE), new SeededRandom(4));
        ProtectedExchange attacker = sa.begin(ExchangeType.GROUPKEY_PULL, member.messageId());
        try {
            addNonces(
                    attacker,
                    attacker.open(frame(member.sendHashNonceId())).all(PayloadType.NONCE));
            List<Payload> second = input.payloads();
            PayloadChain opened = member.open(frame(attacker.seal(copies(second))));
            addNonces(attacker, second);
            attacker.open(frame(member.receive(opened).message()));
            member.receive(member.open(frame(attacker.seal(input.payloads()))));
        } catch (MalformedPayload e) {
            // the member refuses this policy
        }
    }

    /** HDR*, SEQ, …, SIG --&gt;. */
    private static void rekeyAsKeyServer(FuzzInput input) {
        RekeyReceiver member = new RekeyReceiver(BlueGroup.ID, EnumSet.allOf(Quirk.class));
        KeyTreeNode leaf = new KeyTreeNode(4, 1, SecretBytes.wrap(new byte[32]));
        member.install(KEK, 0, List.of(leaf, new KeyTreeNode(1, 1, KEK.ivAndKey())));
        while (input.hasMore()) {
            Datagram in = new Datagram(Lab.MEMBER, Lab.KEY_SERVER, signed(input.payloads()));
            checkIgnored(member.receive(in, START));
        }
    }

    static byte[] signed(List<Payload> payloads) {
        RekeySignature signature = RekeySignature.of(KEK);
        int octets = signature.octets(SIGNING.getPublic());
        List<Payload> all = new ArrayList<>(payloads);
        all.add(Payload.of(PayloadType.SIG, new byte[octets]));
        byte[] plain = PayloadChain.of(all).octets();
        byte[] covered = Arrays.copyOf(plain, plain.length - octets - Payload.GENERIC_HEADER);
        PayloadType first = all.get(0).type();
        byte[] value =
                signature.sign(
                        SIGNING.getPrivate(),
                        "rekey".getBytes(StandardCharsets.US_ASCII),
                        header(first, plain),
                        covered);
        System.arraycopy(value, 0, plain, plain.length - octets, octets);
        byte[] sealed = RekeyCipher.of(KEK).encrypt(plain);
        return ByteBuffer.allocate(IsakmpHeader.LENGTH + sealed.length)
                .put(header(first, sealed))
                .put(sealed)
                .array();
    }

    private static byte[] header(PayloadType first, byte[] body) {
        return new IsakmpHeader(
                        Arrays.copyOf(KEK.spi(), 8),
                        Arrays.copyOfRange(KEK.spi(), 8, 16),
                        first,
                        ExchangeType.GROUPKEY_PUSH,
                        IsakmpHeader.FLAG_ENCRYPTED,
                        0,
                        IsakmpHeader.LENGTH + body.length)
                .write();
    }

    /** Sealing zeroes what it is given. */
    private static List<Payload> copies(List<Payload> payloads) {
        List<Payload> copies = new ArrayList<>();
        for (Payload payload : payloads) {
            copies.add(Payload.of(payload.type(), payload.body()));
        }
        return copies;
    }

    private static void checkIgnored(Outcome outcome) {
        check(
                outcome.verdict() != Outcome.Verdict.IGNORED
                        || outcome.computations().isEmpty()
                                && outcome.facts().stream()
                                        .allMatch(RegistrationDenied.class::isInstance),
                "ignored, and yet something happened");
        check(
                Optional.ofNullable(outcome.reason()).orElse("").length() < 4096,
                "a peer fills our log");
    }

    private static void check(boolean holds, String finding) {
        if (!holds) {
            throw new IllegalStateException(finding);
        }
    }
}

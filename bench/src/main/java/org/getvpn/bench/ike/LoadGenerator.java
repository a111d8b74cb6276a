// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.ike;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.GroupMemberEndpoint;
import org.getvpn.gdoi.exchange.PhaseOneDoi;
import org.getvpn.gdoi.exchange.PhaseOneProposal;
import org.getvpn.gdoi.exchange.PhaseOneSettings;
import org.getvpn.gdoi.exchange.RegistrationSettings;
import org.getvpn.gdoi.policy.GroupId;

/**
 * The process that loads a responder, in its own network namespace and on its own core: {@code
 * LoadGenerator DEPTH SUITE RESPONDER PORT WARM-UP SECONDS ROUNDS CERTIFICATES}. It writes a line
 * {@code begin} before each round and a line {@code end COMPLETED FAILED REASON} after it, and
 * waits after each for a line of the reader, who looks at the clock of the responder meanwhile.
 */
final class LoadGenerator {
    static final int MEMBERS = 64;
    static final String SECRET = "correct horse battery staple";
    static final int GROUP_NUMBER = 1234;

    private static final GroupId GROUP = GroupId.number(GROUP_NUMBER);

    /** Within the bounds that a key server sets for one member, with some to spare. */
    private static final int AT_ONCE = 2;

    private LoadGenerator() {}

    public static void main(String[] arguments) throws IOException {
        IkeLoad.Depth depth = IkeLoad.Depth.valueOf(arguments[0]);
        PhaseOneProposal suite = PhaseOneProposal.parse(arguments[1]);
        Endpoint responder =
                new Endpoint(InetAddress.getByName(arguments[2]), Integer.parseInt(arguments[3]));
        Duration warmUp = Duration.ofSeconds(Long.parseLong(arguments[4]));
        Duration round = Duration.ofSeconds(Long.parseLong(arguments[5]));
        int rounds = Integer.parseInt(arguments[6]);
        PhaseOneSettings settings =
                suite.method().usesPreSharedKey()
                        ? PhaseOneSettings.of(List.of(suite))
                        : PhaseOneSettings.of(
                                List.of(suite), Certificates.in(Path.of(arguments[7])).load());
        List<InetAddress> locals = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            locals.add(member(i));
        }
        SecureRandom randomness = IkeLoad.randomness();
        try (IkeLoad load =
                new IkeLoad(
                        locals,
                        responder,
                        depth,
                        AT_ONCE,
                        local -> attempt(local, responder, settings, randomness))) {
            load.run(warmUp);
            for (int i = 0; i < rounds; i++) {
                System.out.println("begin");
                awaitGo();
                long completed = load.completed();
                long failed = load.failed();
                load.run(round);
                System.out.println(
                        "end "
                                + (load.completed() - completed)
                                + " "
                                + (load.failed() - failed)
                                + " "
                                + load.lastFailure());
                awaitGo();
            }
        }
    }

    /** The reader writes one octet for each of our lines. */
    private static void awaitGo() throws IOException {
        if (System.in.read() < 0) {
            System.exit(1);
        }
    }

    /** Addresses 10.84.1.1 and on, in the responder's own network. */
    static InetAddress member(int index) throws IOException {
        return InetAddress.getByAddress(new byte[] {10, 84, 1, (byte) (index + 1)});
    }

    static GroupMemberEndpoint attempt(
            Endpoint local, Endpoint responder, PhaseOneProposal suite, SecureRandom randomness) {
        return attempt(local, responder, PhaseOneSettings.of(List.of(suite)), randomness);
    }

    private static GroupMemberEndpoint attempt(
            Endpoint local,
            Endpoint responder,
            PhaseOneSettings settings,
            SecureRandom randomness) {
        return new GroupMemberEndpoint(
                new RegistrationSettings(
                        GROUP,
                        local,
                        responder,
                        SecretBytes.copyOf(SECRET.getBytes(StandardCharsets.US_ASCII)),
                        null,
                        settings.with(PhaseOneDoi.IPSEC),
                        0),
                randomness);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.ike;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.PhaseOneProposal;

/**
 * The process that floods a key server: {@code FloodGenerator KIND NETWORK MAC SUITE ADDRESS PORT
 * PER-SECOND SECONDS}. With first messages an honest member registers meanwhile, over and over; the
 * line {@code flood SENT REGISTRATIONS SLOWEST-MILLIS} says how it fared.
 */
final class FloodGenerator {
    private static final Duration BEFORE_THE_MEMBER = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(2);

    private FloodGenerator() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Flood.Kind kind = Flood.Kind.valueOf(arguments[0]);
        PhaseOneProposal suite = PhaseOneProposal.parse(arguments[3]);
        Endpoint responder =
                new Endpoint(InetAddress.getByName(arguments[4]), Integer.parseInt(arguments[5]));
        Duration time = Duration.ofSeconds(Long.parseLong(arguments[7]));
        try (Flood flood =
                new Flood(
                        arguments[1],
                        Long.parseLong(arguments[2].replace(":", ""), 16),
                        responder,
                        suite,
                        kind,
                        Integer.parseInt(arguments[6]),
                        time)) {
            Thread flooding = new Thread(flood, "flood");
            flooding.start();
            long registrations = 0;
            long slowest = 0;
            if (kind == Flood.Kind.FIRST_MESSAGES) {
                flooding.join(BEFORE_THE_MEMBER.toMillis());
                while (flooding.isAlive()) {
                    slowest = Math.max(slowest, register(responder, suite));
                    registrations++;
                }
            }
            flooding.join();
            System.out.println("flood " + flood.sent() + " " + registrations + " " + slowest);
        }
    }

    /** Milliseconds until one member is registered, retransmissions and all. */
    private static long register(Endpoint responder, PhaseOneProposal suite) throws IOException {
        SecureRandom randomness = IkeLoad.randomness();
        long begin = System.nanoTime();
        try (IkeLoad load =
                new IkeLoad(
                        List.of(LoadGenerator.member(0)),
                        responder,
                        IkeLoad.Depth.REGISTRATION,
                        1,
                        local -> LoadGenerator.attempt(local, responder, suite, randomness))) {
            while (load.completed() == 0 && System.nanoTime() - begin < PATIENCE.toNanos()) {
                load.run(POLL);
            }
            return (System.nanoTime() - begin) / 1_000_000;
        }
    }
}

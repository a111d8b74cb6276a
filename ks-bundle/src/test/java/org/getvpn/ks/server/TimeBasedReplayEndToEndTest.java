// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.getvpn.gdoi.exchange.Registered;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.ks.api.KeyStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pseudotime over UDP, with the machine's own clock and the store on disk. */
class TimeBasedReplayEndToEndTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final double MICROS_PER_SECOND = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double READING_SECONDS = 0.1; // the uptime has hundredths of a second

    @TempDir Path folder;
    private final List<AutoCloseable> open = new ArrayList<>();
    private Installation installation;
    private GdoiKeyServer server;

    private void serve() throws Exception {
        server = new GdoiKeyServer();
        server.configure(installation.configuration());
        Eventually.holds(
                SOON,
                () -> server.sas("blue").stream().anyMatch(sa -> sa.stage() == KeyStage.SENDABLE),
                () -> server.sas("blue").toString());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        server.close();
    }

    private LoopbackMember member(String address) throws Exception {
        LoopbackMember member =
                new LoopbackMember(
                        address, "127.0.0.1", installation.port(), Installation.SECRET, 1234);
        open.add(member);
        Eventually.holds(
                SOON, () -> !member.downloads().isEmpty(), () -> member.facts().toString());
        return member;
    }

    private static TimeBasedReplay told(LoopbackMember member) {
        return member.downloads().get(0).timeBasedReplay().orElseThrow();
    }

    /** Where the pseudotime meets this process's clock, in seconds, if the answer was made then. */
    private static double line(LoopbackMember member, Ticks answered) {
        return told(member).pseudotimeMicroseconds() / MICROS_PER_SECOND
                - answered.nanos() / NANOS_PER_SECOND;
    }

    @Test
    void aKeyServerThatStartsAgainTellsTheTimeOfTheSameLine() throws Exception {
        installation =
                new Installation(folder)
                        .group("'replay': {'mode': 'time', 'window': 5, 'clock': 'pseudotime'}, ");
        serve();
        /*                      <--  HDR*, HASH(2), Nr, SA(SAK, GAP: D3P, pseudotime, SAT) */
        LoopbackMember first = member("127.0.0.11");
        assertEquals(TimeBasedReplay.Clock.PSEUDOTIME, told(first).clock());
        assertEquals(10_000, told(first).windowMilliseconds());

        server.rekey("blue");
        /*                      <--  HDR*, SEQ, SA(GAP: D3P, pseudotime, SAT), KD, SIG */
        Eventually.holds(SOON, () -> !first.rekeys().isEmpty(), () -> first.facts().toString());
        List<Long> times =
                first.rekeys().stream()
                        .flatMap(push -> push.download().stream())
                        .map(download -> download.timeBasedReplay().orElseThrow())
                        .map(TimeBasedReplay::pseudotimeMicroseconds)
                        .collect(Collectors.toList());
        assertEquals(
                times.stream().sorted().collect(Collectors.toList()), times, "it never goes back");

        server.close();
        serve();
        LoopbackMember second = member("127.0.0.13");
        assertArrayEquals(told(first).epoch(), told(second).epoch());
        // an answer was made at some instant between question and receipt: both ranges overlap
        Registered one = first.of(Registered.class).get(0);
        Registered other = second.of(Registered.class).get(0);
        assertTrue(
                line(first, one.policyReceived())
                        < line(second, other.policyAsked()) + READING_SECONDS);
        assertTrue(
                line(second, other.policyReceived())
                        < line(first, one.policyAsked()) + READING_SECONDS);
    }
}

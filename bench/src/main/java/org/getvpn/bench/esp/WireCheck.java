// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Listens between the gateways while the hosts talk: who claims to encrypt must be believed. */
final class WireCheck {
    private static final String CLEAR_TEXT =
            "host " + MeasuredPath.H1 + " and host " + MeasuredPath.H2 + " and (icmp or tcp)";

    private WireCheck() {}

    /**
     * Pings across the path for a second.
     *
     * @return whether clear text between the hosts was on the wire
     */
    static boolean clearTextSeen(MeasuredPath path) throws IOException {
        Process sniffer =
                new ProcessBuilder(
                                path.g1()
                                        .command(
                                                List.of(
                                                        "timeout",
                                                        "2",
                                                        "tcpdump",
                                                        "-nn",
                                                        "-c",
                                                        "1",
                                                        "-i",
                                                        "w1",
                                                        CLEAR_TEXT)))
                        .redirectErrorStream(true)
                        .start();
        path.h1().run("ping", "-q", "-i", "0.05", "-c", "20", MeasuredPath.H2);
        String said = new String(sniffer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!said.contains("listening on")) {
            throw new IOException("tcpdump: " + said.strip());
        }
        return !said.contains("0 packets captured");
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Round trips of ping between the hosts, in milliseconds, sorted: the kernel takes the times, at
 * both ends. Each passes both gateways twice.
 */
final class RoundTrips {
    private static final Pattern TIME = Pattern.compile("time=([0-9.]+) ms");
    private static final String INTERVAL = "0.001";

    private final List<Double> millis;

    /** Times in any order; at least one. */
    RoundTrips(List<Double> millis) {
        this.millis = new ArrayList<>(millis);
        Collections.sort(this.millis);
    }

    /** One a millisecond for a time; the load is another's business. */
    static RoundTrips measure(MeasuredPath path, int seconds) throws IOException {
        String said =
                path.h1()
                        .run(
                                "ping",
                                "-i",
                                INTERVAL,
                                "-w",
                                Integer.toString(seconds),
                                "-W",
                                "1",
                                MeasuredPath.H2);
        return parse(said);
    }

    /**
     * Reads what ping printed.
     *
     * @throws IOException if nothing came back
     */
    static RoundTrips parse(String said) throws IOException {
        List<Double> times = new ArrayList<>();
        Matcher matcher = TIME.matcher(said);
        while (matcher.find()) {
            times.add(Double.valueOf(matcher.group(1)));
        }
        if (times.isEmpty()) {
            throw new IOException("no answer to ping: " + said.strip());
        }
        return new RoundTrips(times);
    }

    /**
     * The time that so many of a hundred did not exceed.
     *
     * @param percent above 0, at most 100
     */
    double percentile(double percent) {
        int rank = (int) Math.ceil(percent / 100 * millis.size());
        return millis.get(Math.max(rank, 1) - 1);
    }
}

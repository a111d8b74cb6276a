// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.bench.lab.Command;
import org.getvpn.bench.lab.Patience;

/** iperf3 between the hosts of a path; its server runs from construction to {@link #close}. */
final class Iperf implements AutoCloseable {
    /** Octets of IPv4 and UDP headers. */
    static final int HEADERS = 28;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CONNECT_MILLIS = 3000;
    private static final int GRACE_SECONDS = 10;

    private final MeasuredPath path;
    private final Process server;

    /** Starts the server on the receiving host. */
    Iperf(MeasuredPath path) throws IOException {
        this.path = path;
        server =
                Command.start(
                        path.h2().command(List.of("iperf3", "-s", "-B", MeasuredPath.H2)),
                        new File("/dev/null"));
        Patience.until(
                () -> path.h2().run("ss", "-Hltn", "sport = :5201").contains("LISTEN"),
                Duration.ofSeconds(5),
                "iperf3's server");
    }

    /**
     * TCP for a time.
     *
     * @return Gbit/s of what the receiver's programs were given
     */
    double tcp(int streams, int seconds) throws IOException {
        JsonNode end = run(seconds, "-P", Integer.toString(streams)).get("end");
        return end.at("/sum_received/bits_per_second").asDouble() / 1e9;
    }

    /**
     * UDP for a time.
     *
     * @param octets of a packet with its headers
     * @param bitsPerSecond of payload to offer; 0 for all that the generator can
     * @return packets per second that arrived at the receiving host's interface
     */
    double udp(int octets, long bitsPerSecond, int seconds) throws IOException {
        long before = path.arrived();
        long begin = System.nanoTime();
        JsonNode end =
                run(
                                seconds,
                                "-u",
                                "-l",
                                Integer.toString(octets - HEADERS),
                                "-b",
                                Long.toString(bitsPerSecond))
                        .get("end");
        double time = end.at("/sum/seconds").asDouble((System.nanoTime() - begin) / 1e9);
        return (path.arrived() - before) / time;
    }

    /** Starts UDP at a rate and does not wait for its end. */
    Process udpInBackground(int octets, long bitsPerSecond, int seconds) throws IOException {
        return Command.start(
                client(
                        seconds,
                        "-u",
                        "-l",
                        Integer.toString(octets - HEADERS),
                        "-b",
                        Long.toString(bitsPerSecond)),
                new File("/dev/null"));
    }

    private JsonNode run(int seconds, String... words) throws IOException {
        String printed = Command.output(client(seconds, words), "");
        // a warning may stand before the object, for example of a datagram longer than TCP's MSS
        JsonNode said = JSON.readTree(printed.substring(Math.max(0, printed.indexOf('{'))));
        if (said.has("error")) {
            throw new IOException("iperf3: " + said.get("error").asText());
        }
        return said;
    }

    private List<String> client(int seconds, String... words) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "timeout",
                                Integer.toString(seconds + GRACE_SECONDS),
                                "iperf3",
                                "-c",
                                MeasuredPath.H2,
                                "--connect-timeout",
                                Integer.toString(CONNECT_MILLIS),
                                "-J",
                                "-t",
                                Integer.toString(seconds)));
        all.addAll(List.of(words));
        return path.h1().command(all);
    }

    @Override
    public void close() throws IOException {
        Command.stop(server);
    }
}

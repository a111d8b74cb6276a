// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.lab;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.io.FrameSink;
import org.getvpn.gm.io.PacketSocket;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Octets;

/**
 * A program that sends UDP packets over and over, past the kernel's network stack: {@code FrameLoad
 * INTERFACE ETHERNET-DESTINATION OCTETS PACKETS-PER-SECOND SECONDS}.
 */
public final class FrameLoad {
    private static final long SOURCE_AND_DESTINATION = 0x0a01_0002_0a02_0002L;
    private static final int UDP = 17;
    private static final int PORT = 5001;
    private static final int HEX = 16;
    private static final long SECOND = 1_000_000_000L;

    private FrameLoad() {}

    /**
     * Octets are those of the IP packet, or of several in turn ({@code 64,576,1400}); 0 packets per
     * second are as many as possible.
     */
    public static void main(String[] words) throws IOException {
        long destination = Long.parseLong(words[1].replace(":", ""), HEX);
        int[] octets = Arrays.stream(words[2].split(",")).mapToInt(Integer::parseInt).toArray();
        long rate = Long.parseLong(words[3]);
        try (PacketSocket link = new PacketSocket(words[0]);
                FrameSink sink = link.newSink()) {
            FrameBatch batch = sink.batch();
            while (!batch.isFull()) {
                int next = octets[batch.count() % octets.length];
                write(batch, destination, link.macAddress(), next);
            }
            send(sink, octets, rate, Long.parseLong(words[4]) * SECOND);
        }
    }

    /**
     * Starts it in a process of its own.
     *
     * @param octets of the packets in turn, separated by commas
     * @param rate packets a second, or 0
     */
    static Process start(
            Node from, String link, String mac, String octets, long rate, int seconds, File log)
            throws IOException {
        return Command.start(
                from.command(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                FrameLoad.class.getName(),
                                link,
                                mac,
                                octets,
                                Long.toString(rate),
                                Integer.toString(seconds))),
                log);
    }

    private static void write(FrameBatch batch, long destination, long source, int octets) {
        MemorySegment memory = batch.memory();
        long at = batch.next();
        long ip = at + Ethernet.HEADER;
        Ethernet.write(memory, at, destination, source, Ethernet.TYPE_IPV4);
        Ipv4.write(memory, ip, 0, octets, 1, 0, 64, UDP, SOURCE_AND_DESTINATION);
        Octets.put16(memory, ip + Ipv4.HEADER, PORT);
        Octets.put16(memory, ip + Ipv4.HEADER + 2, PORT);
        Octets.put16(memory, ip + Ipv4.HEADER + 4, octets - Ipv4.HEADER);
        batch.commit(Ethernet.HEADER + octets);
    }

    private static void send(FrameSink sink, int[] octets, long rate, long nanos) {
        FrameBatch batch = sink.batch();
        // small bursts where few packets are wanted
        int most =
                batch.slots() / octets.length * octets.length; // so that slots keep their lengths
        int burst = rate == 0 ? most : Math.clamp(rate / 2000, 1, most);
        long begin = System.nanoTime();
        for (long sent = 0; System.nanoTime() - begin < nanos; sent += burst) {
            batch.clear();
            while (batch.count() < burst) {
                batch.commit(Ethernet.HEADER + octets[batch.count() % octets.length]);
            }
            sink.flush();
            if (rate != 0) {
                long ahead = sent * SECOND / rate - (System.nanoTime() - begin);
                if (ahead > 0) {
                    LockSupport.parkNanos(ahead);
                }
            }
        }
    }
}

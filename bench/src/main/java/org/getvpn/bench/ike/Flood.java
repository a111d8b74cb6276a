// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.ike;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.PhaseOneProposal;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.io.FrameSink;
import org.getvpn.gm.io.PacketSocket;
import org.getvpn.gm.packet.Ipv4;

/** Datagrams at a steady rate from sources that are not ours, as raw frames. */
final class Flood implements Runnable, AutoCloseable {
    /** What is sent. */
    enum Kind {
        /** first messages of Main Mode, each with a cookie and an address of its own */
        FIRST_MESSAGES,
        /** octets that are no ISAKMP message */
        GARBAGE,
        /** well-formed messages of an exchange that nobody began */
        UNKNOWN_COOKIES
    }

    /** Sources are 10.85.0.0 and the next 16383 addresses. */
    static final int SOURCES = 16_384;

    private static final int FIRST_SOURCE = 10 << 24 | 85 << 16;
    private static final int ETHERNET = 14;
    private static final int UDP = 8;
    private static final int UDP_PROTOCOL = 17;
    private static final int BATCH = 32;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final PacketSocket socket;
    private final FrameSink sink;
    private final long target;
    private final int address;
    private final int port;
    private final byte[] message;
    private final Kind kind;
    private final int perSecond;
    private final Duration time;
    private final SplittableRandom random = new SplittableRandom(1);
    private long sent;

    /**
     * @param target Ethernet address of the responder
     */
    Flood(
            String network,
            long target,
            Endpoint responder,
            PhaseOneProposal suite,
            Kind kind,
            int perSecond,
            Duration time)
            throws IOException {
        this.socket = new PacketSocket(network);
        this.sink = socket.newSink();
        this.target = target;
        byte[] octets = responder.address().getAddress();
        this.address =
                octets[0] << 24
                        | (octets[1] & 0xff) << 16
                        | (octets[2] & 0xff) << 8
                        | octets[3] & 0xff;
        this.port = responder.port();
        this.kind = kind;
        this.perSecond = perSecond;
        this.time = time;
        Endpoint anyone = new Endpoint(InetAddress.getByName("10.85.0.1"), 848);
        this.message =
                LoadGenerator.attempt(anyone, responder, suite, IkeLoad.randomness())
                        .start(Ticks.ofNanos(0))
                        .send()
                        .get(0)
                        .octets();
    }

    /** Datagrams that were sent; after {@link #run()}. */
    long sent() {
        return sent;
    }

    @Override
    public void run() {
        long begin = System.nanoTime();
        long end = begin + time.toNanos();
        FrameBatch batch = sink.batch();
        while (System.nanoTime() < end) {
            long due = (System.nanoTime() - begin) * perSecond / 1_000_000_000L;
            while (sent < due) {
                for (int i = 0; i < BATCH && sent < due; i++) {
                    batch.commit(write(batch.memory(), batch.next()));
                    sent++;
                }
                sink.flush();
            }
            LockSupport.parkNanos(200_000);
        }
    }

    private int write(MemorySegment memory, long frame) {
        int length = Ipv4.HEADER + UDP + message.length;
        memory.set(SHORT, frame, (short) (target >>> 32));
        memory.set(INT, frame + 2, (int) target);
        memory.set(SHORT, frame + 6, (short) (socket.macAddress() >>> 32));
        memory.set(INT, frame + 8, (int) socket.macAddress());
        memory.set(SHORT, frame + 12, (short) 0x0800);
        long ip = frame + ETHERNET;
        int source = FIRST_SOURCE + random.nextInt(SOURCES);
        Ipv4.write(
                memory,
                ip,
                0,
                length,
                0,
                0,
                64,
                UDP_PROTOCOL,
                (long) source << 32 | address & 0xffffffffL);
        long udp = ip + Ipv4.HEADER;
        memory.set(SHORT, udp, (short) (1024 + random.nextInt(60_000)));
        memory.set(SHORT, udp + 2, (short) port);
        memory.set(SHORT, udp + 4, (short) (UDP + message.length));
        memory.set(SHORT, udp + 6, (short) 0); // no checksum, as IPv4 allows
        long body = udp + UDP;
        MemorySegment.copy(message, 0, memory, ValueLayout.JAVA_BYTE, body, message.length);
        memory.set(LONG, body, random.nextLong());
        if (kind == Kind.UNKNOWN_COOKIES) {
            memory.set(LONG, body + 8, random.nextLong() | 1);
        } else if (kind == Kind.GARBAGE) {
            for (int i = 0; i < message.length - 7; i += 8) {
                memory.set(LONG, body + i, random.nextLong());
            }
        }
        return ETHERNET + length;
    }

    @Override
    public void close() {
        sink.close();
        socket.close();
    }
}

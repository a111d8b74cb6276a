// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.HOST6_1;
import static org.getvpn.gm.Fixture.HOST6_2;
import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.HOST_MAC;
import static org.getvpn.gm.Fixture.OWN_MAC;
import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.bothVersions;
import static org.getvpn.gm.Fixture.datagram;
import static org.getvpn.gm.Fixture.fragment6;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.frame6;
import static org.getvpn.gm.Fixture.ipv6;
import static org.getvpn.gm.Fixture.packet;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.udp;
import static org.getvpn.gm.Fixture.udp6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.getvpn.gm.esp.AeadChoice;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;
import org.junit.jupiter.api.Test;

/** Whatever arrives: nothing is thrown, nothing leaks, and each frame is accounted for once. */
class HostileFramesTest {
    private static final int FRAMES = 1_000_000;

    @Test
    void aMillionCutFlippedAndInventedFramesAreEachCountedOnceAndNoneOpens() {
        SaDatabase database = keyed();
        ReplayedFrames wire = new ReplayedFrames();
        Pipeline pipeline =
                Pipeline.memberPort(
                        wire, database, new PipelineSettings(PipelineLab.ADDRESS, 0), () -> 1);
        Random random = new Random(20261123);
        byte[][] seeds = {
            frame(udp(60)),
            frame(udp(1500)),
            frame(udp(HOST_1, HOST_2, 1, 2, 1500, Ipv4.DF)),
            frame(udp(HOST_1, HOST_2, 1, 2, 800, Ipv4.MF | 5)),
            PipelineLab.memberPort().keyed().fromSite(frame(udp(60))).getFirst(),
            PipelineLab.memberPort().keyed().fromSite(frame(udp(1400))).getFirst(),
            frame6(udp6(80)),
            frame6(udp6(1500)),
            frame6(ipv6(HOST6_1, HOST6_2, 0, optionsAndFragment())),
            Ipv6PipelineTest.solicitation(),
        };
        for (int done = 0; done < FRAMES; done += wire.batch().slots()) {
            wire.batch().clear();
            while (!wire.batch().isFull()) {
                wire.add(mutant(seeds[random.nextInt(seeds.length)], random));
            }
            pipeline.turn(0);
        }

        Map<DropReason, Long> drops = pipeline.drops();
        assertEquals(0, drops.get(DropReason.INTERNAL_ERROR), () -> "" + pipeline.firstDefect());
        Map<TrafficCounter, Long> traffic = pipeline.traffic();
        long dropped = drops.values().stream().mapToLong(Long::longValue).sum();
        long pieces = traffic.get(TrafficCounter.ENCRYPTED_PACKETS);
        long cut = traffic.get(TrafficCounter.FRAGMENTED_PACKETS); // each makes 2 at this MTU
        long passed = pieces - cut + traffic.get(TrafficCounter.DECRYPTED_PACKETS);
        assertEquals(
                wire.added(), dropped + passed + traffic.get(TrafficCounter.FRAMES_FOR_KERNEL));
        assertEquals(
                pieces
                        + traffic.get(TrafficCounter.DECRYPTED_PACKETS)
                        + traffic.get(TrafficCounter.ICMP_TOO_BIG_SENT),
                wire.sent());
        assertEquals(wire.openedUnaltered(), traffic.get(TrafficCounter.DECRYPTED_PACKETS));
        assertTrue(drops.get(DropReason.ICV_MISMATCH) > 1000, "the fuzz reaches the cipher");
        assertTrue(pieces > 1000, "the fuzz reaches encryption");
    }

    /** Hop-by-hop options, a routing header and a fragment of a UDP datagram. */
    private static byte[] optionsAndFragment() {
        byte[] fragment = fragment6(17, 0, true, datagram(64, 1, 2));
        byte[] headers = new byte[16 + fragment.length];
        headers[0] = 43;
        headers[8] = 44;
        System.arraycopy(fragment, 0, headers, 16, fragment.length);
        return headers;
    }

    private static SaDatabase keyed() {
        SaDatabase database = new SaDatabase(AeadChoice.AUTO.provider(), SequenceWatch.NONE);
        database.install(tek(SPI, 1, bothVersions()));
        database.activate(SPI, SENDER);
        return database;
    }

    /** Flips bits, cuts, lengthens or invents; repairs the checksum half the time. */
    private static byte[] mutant(byte[] seed, Random random) {
        byte[] frame = seed.clone();
        switch (random.nextInt(5)) {
            case 0 -> frame = Arrays.copyOf(frame, random.nextInt(frame.length + 1));
            case 1 -> frame = Arrays.copyOf(frame, frame.length + random.nextInt(2000));
            case 2 -> {
                frame = new byte[random.nextInt(1600)];
                random.nextBytes(frame);
            }
            default -> {
                int flips = 1 + random.nextInt(4);
                int within = random.nextBoolean() ? Math.min(64, frame.length) : frame.length;
                for (int i = 0; i < flips; i++) {
                    frame[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
                }
            }
        }
        if (frame.length >= 34 && random.nextBoolean()) {
            MemorySegment memory = MemorySegment.ofArray(frame);
            if (14 + Ipv4.headerLength(memory, 14) <= frame.length) {
                Ipv4.updateChecksum(memory, 14);
            }
        }
        return frame;
    }

    /** An interface that is given its frames and forgets what it sends. */
    private static final class ReplayedFrames extends ScriptedIo {
        private long added;
        private long unaltered;

        void add(byte[] frame) {
            added++;
            if (opensUnaltered(frame)) {
                unaltered++;
            }
            int kept = Math.min(frame.length, batch().capacity());
            MemorySegment.copy(
                    frame, 0, batch().memory(), ValueLayout.JAVA_BYTE, batch().next(), kept);
            batch().commit(frame.length);
        }

        long added() {
            return added;
        }

        /** ESP whose protected part is what a member sealed: only its outer header differs. */
        long openedUnaltered() {
            return unaltered;
        }

        private static final byte[][] SEALED = {
            PipelineLab.memberPort().keyed().fromSite(frame(udp(60))).getFirst(),
            PipelineLab.memberPort().keyed().fromSite(frame(udp(1400))).getFirst(),
        };

        private static boolean opensUnaltered(byte[] frame) {
            PipelineLab oracle = null;
            for (byte[] sealed : SEALED) {
                if (frame.length >= sealed.length
                        && Arrays.equals(frame, 34, sealed.length, sealed, 34, sealed.length)) {
                    oracle = PipelineLab.memberPort().keyed();
                }
            }
            return oracle != null
                    && oracle.fromSite(frame).stream().anyMatch(out -> isOriginal(packet(out)));
        }

        private static boolean isOriginal(byte[] packet) {
            byte[] original = udp(packet.length);
            original[1] = packet[1]; // a congestion mark may have passed
            return packet[9] == 17
                    && Arrays.equals(packet, 12, packet.length, original, 12, packet.length);
        }
    }

    @Test
    void everyPrefixOfAGoodFrameIsDroppedOnce() {
        byte[] esp = PipelineLab.memberPort().keyed().fromSite(frame(udp(60))).getFirst();
        for (byte[] whole : new byte[][] {frame(udp(60)), esp}) {
            for (int length = 0; length < whole.length; length++) {
                PipelineLab lab = PipelineLab.memberPort().keyed();
                assertTrue(lab.fromSite(Arrays.copyOf(whole, length)).isEmpty());
                assertEquals(1, lab.drops(), "prefix of " + length);
            }
        }
    }

    @Test
    void aFrameFromNowhereToTheKernelIsLeftAlone() {
        PipelineLab lab = PipelineLab.memberPort().keyed();
        assertTrue(lab.fromSite(frame(OWN_MAC, HOST_MAC, 0x0800, new byte[0])).isEmpty());
        assertEquals(0, lab.drops());
    }
}

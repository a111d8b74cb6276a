// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.getvpn.gdoi.policy.GroupId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a peer sends: a payload is read whole, or refused by {@link MalformedPayload}. */
class HostileOctetsTest {
    private static final int FUZZED_INPUTS = 200_000;
    private static final GroupId GROUP = GroupId.number(1234);

    static List<Samples.Sample> samples() {
        return Samples.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aSampleIsWrittenBackAsItWasRead(Samples.Sample sample) throws MalformedPayload {
        assertArrayEquals(sample.body, sample.rewriter.rewritten(sample.body));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyProperPrefixOfAPayloadInAMessageIsMalformed(Samples.Sample sample) {
        byte[] octets = Payload.of(PayloadType.of(99), sample.body).octets();
        for (int length = 0; length < octets.length; length++) {
            byte[] prefix = Arrays.copyOf(octets, length);
            assertThrows(
                    MalformedPayload.class,
                    () ->
                            PayloadChain.read(
                                    PayloadType.of(99), prefix, PayloadChain.Padding.ALLOWED),
                    "prefix of " + length + " octets");
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyProperPrefixOfABodyIsMalformedWhereItsEndIsStated(Samples.Sample sample) {
        for (int length = 0; length < sample.body.length; length++) {
            byte[] prefix = Arrays.copyOf(sample.body, length);
            if (sample.end == Samples.End.STATED) {
                assertThrows(
                        MalformedPayload.class,
                        () -> sample.rewriter.rewritten(prefix),
                        "prefix of " + length + " octets");
            } else {
                readWholeOrRefused(sample, prefix);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void anOctetTooManyIsMalformedWhereTheEndIsStated(Samples.Sample sample) {
        byte[] longer = Arrays.copyOf(sample.body, sample.body.length + 1);
        if (sample.end == Samples.End.STATED) {
            assertThrows(MalformedPayload.class, () -> sample.rewriter.rewritten(longer));
        } else {
            readWholeOrRefused(sample, longer);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyFlippedBitIsReadAsItStandsOrRefused(Samples.Sample sample) {
        for (int bit = 0; bit < sample.body.length * 8; bit++) {
            byte[] flipped = sample.body.clone();
            flipped[bit / 8] ^= (byte) (0x80 >> bit % 8);
            readWholeOrRefused(sample, flipped);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyOctetSetToAnExtremeIsReadAsItStandsOrRefused(Samples.Sample sample) {
        for (int at = 0; at < sample.body.length; at++) {
            for (int extreme : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
                byte[] changed = sample.body.clone();
                changed[at] = (byte) extreme;
                readWholeOrRefused(sample, changed);
                if (at + 1 < changed.length) {
                    changed[at + 1] = (byte) extreme;
                    readWholeOrRefused(sample, changed);
                }
            }
        }
    }

    @Test
    void aDownloadWithAFlippedBitIsReadOrRefused() throws MalformedPayload {
        byte[] sa = PayloadFixturesTest.GROUP_SA;
        byte[] kd = PayloadFixturesTest.KEY_DOWNLOAD;
        download(sa, kd);
        int refused = 0;
        for (int bit = 0; bit < (sa.length + kd.length) * 8; bit++) {
            byte[] flippedSa = sa.clone();
            byte[] flippedKd = kd.clone();
            if (bit < sa.length * 8) {
                flippedSa[bit / 8] ^= (byte) (0x80 >> bit % 8);
            } else {
                flippedKd[bit / 8 - sa.length] ^= (byte) (0x80 >> bit % 8);
            }
            try {
                download(flippedSa, flippedKd);
            } catch (MalformedPayload expected) {
                refused++;
            }
        }
        assertTrue(refused > 1000, refused + " refused");
    }

    @Test
    void randomAndMutatedMessagesAreReadAsTheyStandOrRefused() {
        Random random = new Random(848);
        List<Samples.Sample> samples = Samples.all();
        int read = 0;
        for (int i = 0; i < FUZZED_INPUTS; i++) {
            Samples.Sample sample = samples.get(random.nextInt(samples.size()));
            byte[] body = i % 4 == 0 ? noise(random) : mutated(sample.body, random);
            if (readWholeOrRefused(sample, body)) {
                read++;
            }
            readHeaderAndChain(body);
        }
        assertTrue(read > FUZZED_INPUTS / 100, "the mutations are too coarse: " + read);
    }

    private static void download(byte[] sa, byte[] kd) throws MalformedPayload {
        GroupDownloadReader.read(GROUP, GroupSecurityAssociation.read(sa), KeyDownload.read(kd), 0);
    }

    private static byte[] noise(Random random) {
        byte[] noise = new byte[random.nextInt(200)];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] mutated(byte[] body, Random random) {
        byte[] mutated = body;
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
            if (mutated.length == 0) {
                break;
            }
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(4)) {
                case 0: // cut
                    mutated = Arrays.copyOf(mutated, at);
                    break;
                case 1: // repeat the tail
                    byte[] longer = Arrays.copyOf(mutated, 2 * mutated.length - at);
                    System.arraycopy(mutated, at, longer, mutated.length, mutated.length - at);
                    mutated = longer;
                    break;
                default: // overwrite
                    mutated = mutated.clone();
                    mutated[at] = (byte) random.nextInt();
                    break;
            }
        }
        return mutated;
    }

    private static void readHeaderAndChain(byte[] octets) {
        try {
            IsakmpHeader header = IsakmpHeader.read(octets);
            assertArrayEquals(Arrays.copyOf(octets, IsakmpHeader.LENGTH), header.write());
        } catch (MalformedPayload expected) {
            // refused
        }
        try {
            PayloadChain chain =
                    PayloadChain.read(PayloadType.SA, octets, PayloadChain.Padding.NONE);
            assertArrayEquals(octets, chain.octets());
        } catch (MalformedPayload expected) {
            // refused
        }
    }

    /** Returns whether it was read; a read one is written back without a difference. */
    private static boolean readWholeOrRefused(Samples.Sample sample, byte[] body) {
        byte[] rewritten;
        try {
            rewritten = sample.rewriter.rewritten(body);
        } catch (MalformedPayload expected) {
            return false;
        } catch (RuntimeException e) {
            return fail(sample + " from " + Octets.hex(body), e);
        }
        if (!Arrays.equals(body, rewritten)) {
            fail(sample + ": read " + Octets.hex(body) + ", wrote " + Octets.hex(rewritten));
        }
        return true;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.tagged;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A tag goes into a frame and out of it by moving what is before it. */
class VlanTagTest {
    private static final int TAG = 0x8100_e00a;
    private static final int FRAME = 64;

    private final MemorySegment memory = MemorySegment.ofArray(new byte[256]);

    @Test
    void insertedTheFrameIsTheTaggedOneAndBeginsEarlier() {
        write(frame(udp(60)));
        VlanTag.insert(memory, FRAME, TAG);
        byte[] expected = tagged(0xe00a, frame(udp(60)));
        assertArrayEquals(expected, read(FRAME - 4, expected.length));
    }

    @Test
    void removedItIsWhatItWasBefore() {
        write(tagged(0xe00a, frame(udp(60))));
        assertEquals(TAG, VlanTag.remove(memory, FRAME));
        assertArrayEquals(frame(udp(60)), read(FRAME + 4, 74));
    }

    @Test
    void whatTheVirtioHeaderCountsFromTheBeginningMovesAlong() {
        write(frame(udp(60)));
        VirtioHeader.writePartialChecksum(memory, FRAME, 34, 6);
        VlanTag.insert(memory, FRAME, TAG);
        assertTrue(VirtioHeader.needsChecksum(memory, FRAME - 4));
        assertEquals(38, VirtioHeader.checksumStart(memory, FRAME - 4));
        assertEquals(6, VirtioHeader.checksumOffset(memory, FRAME - 4));
        VlanTag.remove(memory, FRAME - 4);
        assertEquals(34, VirtioHeader.checksumStart(memory, FRAME));
    }

    @Test
    void aCompleteFrameStaysOne() {
        write(frame(udp(60)));
        VirtioHeader.clear(memory, FRAME);
        VlanTag.insert(memory, FRAME, TAG);
        byte[] header = read(FRAME - 4 - VirtioHeader.LENGTH, VirtioHeader.LENGTH);
        assertArrayEquals(new byte[VirtioHeader.LENGTH], header);
    }

    private void write(byte[] frame) {
        Arrays.fill((byte[]) memory.heapBase().orElseThrow(), (byte) 0);
        MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, FRAME, frame.length);
    }

    private byte[] read(int from, int length) {
        return memory.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Octets where native libraries can reach them. */
final class NativeMemory {
    private NativeMemory() {}

    static MemorySegment of(byte[] octets) {
        MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, octets.length));
        MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, 0, octets.length);
        return memory.asSlice(0, octets.length);
    }

    static byte[] octets(MemorySegment memory) {
        return memory.toArray(ValueLayout.JAVA_BYTE);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * One of the rings that an AF_XDP socket shares with the kernel (Documentation/networking/af_xdp):
 * entries between a producer's and a consumer's counter, each moved by one side alone. Used by one
 * thread.
 */
final class XdpRing {
    private static final VarHandle COUNTER = ValueLayout.JAVA_INT.varHandle();

    private final MemorySegment memory;
    private final long producer;
    private final long consumer;
    private final long entries;
    private final int size;
    private final int mask;
    private final int entryOctets;
    private int own;

    /**
     * @param memory as mapped
     * @param offsets a struct xdp_ring_offset: where producer, consumer and entries are
     * @param size number of entries, a power of two
     * @param entryOctets 16 for struct xdp_desc (address 8, length 4, options 4), 8 for an address
     */
    XdpRing(MemorySegment memory, MemorySegment offsets, int size, int entryOctets) {
        this.memory = memory;
        this.producer = offsets.get(ValueLayout.JAVA_LONG, 0);
        this.consumer = offsets.get(ValueLayout.JAVA_LONG, 8);
        this.entries = offsets.get(ValueLayout.JAVA_LONG, 16);
        this.size = size;
        this.mask = size - 1;
        this.entryOctets = entryOctets;
    }

    /** The memory to unmap. */
    MemorySegment memory() {
        return memory;
    }

    /** Entries that the kernel has produced for us and we have not given back. */
    int filled() {
        return (int) COUNTER.getAcquire(memory, producer) - own;
    }

    /** Gives back the first entries. */
    void consume(int count) {
        own += count;
        COUNTER.setRelease(memory, consumer, own);
    }

    /** Entries that we have produced and the kernel has not consumed. */
    int pending() {
        return own - (int) COUNTER.getAcquire(memory, consumer);
    }

    /** Entries that we may still produce. */
    int free() {
        return size - pending();
    }

    /** Hands over the next entries, as written. */
    void produce(int count) {
        own += count;
        COUNTER.setRelease(memory, producer, own);
    }

    /** Takes back entries that the kernel will not consume: it does so in our own calls alone. */
    void withdraw(int count) {
        own -= count;
        COUNTER.setRelease(memory, producer, own);
    }

    /** Address in entry {@code index}, from the first that is ours. */
    long address(int index) {
        return memory.get(ValueLayout.JAVA_LONG, at(index));
    }

    /** Length in entry {@code index}. */
    int length(int index) {
        return memory.get(ValueLayout.JAVA_INT, at(index) + 8);
    }

    /** Writes an address into entry {@code index}. */
    void put(int index, long address) {
        memory.set(ValueLayout.JAVA_LONG, at(index), address);
    }

    /** Writes address and length into entry {@code index}. */
    void put(int index, long address, int length) {
        long at = at(index);
        memory.set(ValueLayout.JAVA_LONG, at, address);
        memory.set(ValueLayout.JAVA_INT, at + 8, length);
        memory.set(ValueLayout.JAVA_INT, at + 12, 0);
    }

    private long at(int index) {
        return entries + (long) (own + index & mask) * entryOctets;
    }
}

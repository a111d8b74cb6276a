// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.ks.secret.SealedStore;

/**
 * Gives sender ids, each once until {@link #reset} (RFC 6407, section 3.5). Ids are reserved in the
 * store in blocks before the first of a block is given; a restart leaves the rest of a block
 * unused.
 */
final class SenderIdPool {
    private static final int FORM = 1;
    private static final int LARGEST_BLOCK = 64;

    private final String name;
    private final SealedStore store;
    private final KeyServerShare share;
    private final int bits;
    private long version;
    private long next;
    private long reserved;
    private boolean otherWidth;

    /**
     * @param name of the record
     * @param bits width of the ids
     */
    SenderIdPool(String name, SealedStore store, KeyServerShare share, int bits) {
        this.name = name;
        this.store = store;
        this.share = share;
        this.bits = bits;
        this.reserved = share.firstSenderId(bits);
        Optional<SealedStore.Opened> record = store.read(name);
        if (record.isPresent()) {
            version = record.get().version();
            long[] found =
                    RecordReader.read(
                            name,
                            FORM,
                            record.get().plain(),
                            reader -> new long[] {reader.number8(), reader.number64()});
            otherWidth = found[0] != bits;
            reserved = otherWidth ? reserved : Math.max(reserved, found[1]);
        }
        next = reserved;
    }

    /** Whether the store knows ids of another width: they overlap with these until a reset. */
    boolean isOfOtherWidth() {
        return otherWidth;
    }

    /** Whether that many are left. */
    boolean has(int count) {
        return share.endOfSenderIds(bits) - next >= count;
    }

    /**
     * Takes ids; they are reserved durably when this returns.
     *
     * @param count no more than {@link #has}
     */
    List<SenderId> take(int count) {
        if (next + count > reserved) {
            long end = share.endOfSenderIds(bits);
            long block = Math.max(1, Math.min(LARGEST_BLOCK, (1L << bits) / LARGEST_BLOCK));
            reserve(Math.min(end, next + Math.max(count, block)));
        }
        List<SenderId> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(new SenderId((int) next++, bits));
        }
        return ids;
    }

    /** Begins anew. Allowed only when every TEK that an id was used with is gone. */
    void reset() {
        reserve(share.firstSenderId(bits));
        next = reserved;
        otherWidth = false;
    }

    private void reserve(long end) {
        byte[] record = new RecordWriter(FORM).number8(bits).number64(end).finish();
        version = store.write(name, version, record);
        reserved = end;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The content of one GROUPKEY-PUSH (RFC 6407, section 4): deletes, then new policy and keys. */
public final class RekeyMessage {
    private final long sequence;
    private final List<Spi> deletedTeks;
    private final boolean deletesAllTeks;
    private final boolean deletesKek;
    private final GroupDownload download;

    /**
     * @param sequence 1 to 2^32-1, rising under one KEK
     * @param deletesAllTeks a Delete with SPI 0 (RFC 6407, section 5.9)
     * @param deletesKek a Delete of the KEK the message is sent under
     * @param download null in a message that only deletes
     */
    public RekeyMessage(
            long sequence,
            List<Spi> deletedTeks,
            boolean deletesAllTeks,
            boolean deletesKek,
            GroupDownload download) {
        if (sequence < 1 || sequence > 0xffff_ffffL) {
            throw new IllegalArgumentException("rekey sequence number " + sequence);
        }
        this.sequence = sequence;
        this.deletedTeks = List.copyOf(Objects.requireNonNull(deletedTeks));
        this.deletesAllTeks = deletesAllTeks;
        this.deletesKek = deletesKek;
        this.download = download;
    }

    /** 1 to 2^32-1. */
    public long sequence() {
        return sequence;
    }

    /** TEKs to be removed. */
    public List<Spi> deletedTeks() {
        return deletedTeks;
    }

    /** Whether every TEK of the group goes. */
    public boolean deletesAllTeks() {
        return deletesAllTeks;
    }

    /** Whether the KEK goes. */
    public boolean deletesKek() {
        return deletesKek;
    }

    /** New policy and keys. */
    public Optional<GroupDownload> download() {
        return Optional.ofNullable(download);
    }
}

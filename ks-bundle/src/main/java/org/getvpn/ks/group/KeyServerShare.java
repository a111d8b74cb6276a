// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.security.SecureRandom;
import org.getvpn.gdoi.policy.Spi;

/**
 * A key server's share of the numbers that must be unique among the key servers of a group, so that
 * two of them never give the same one even while they cannot talk to each other. An SPI is 8 bits
 * key server ‖ 24 random bits; sender ids are cut into equal ranges.
 */
public final class KeyServerShare {
    /** The share of a key server that is alone. */
    public static final KeyServerShare ALONE = new KeyServerShare(0, 1);

    private final int index;
    private final int servers;

    /**
     * @param index 0 to {@code servers} - 1
     * @param servers 1 to 128
     */
    public KeyServerShare(int index, int servers) {
        if (servers < 1 || servers > 128 || index < 0 || index >= servers) {
            throw new IllegalArgumentException("key server " + index + " of " + servers);
        }
        this.index = index;
        this.servers = servers;
    }

    /** A random SPI of this share, never a reserved one. */
    Spi spi(SecureRandom random) {
        return Spi.of(index + 1 << 24 | random.nextInt(1 << 24));
    }

    /** The first sender id of this share. */
    long firstSenderId(int bits) {
        return (1L << bits) / servers * index;
    }

    /** The first sender id after this share. */
    long endOfSenderIds(int bits) {
        return (1L << bits) / servers * (index + 1);
    }
}

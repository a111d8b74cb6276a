// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * The ICV of transforms whose cipher does not authenticate: the first octets of an HMAC with SHA-1
 * (RFC 2404) or SHA-2 (RFC 4868). Used by one thread.
 *
 * <p>HMAC is two hashes, one in the other (RFC 2104). They are made here and not by JCA's Mac,
 * which gives its result in a new array for each packet and keeps the key where nobody can erase
 * it.
 */
final class TruncatedHmac {
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5c;

    private final MessageDigest hash;
    private final int icvOctets;
    private final byte[] inner; // the key, padded to a block
    private final byte[] outer;
    private final byte[] whole;
    private byte[] input = new byte[4096];

    /**
     * @param hash of the IPsec DOI: 2 SHA-1, 5 SHA-256, 6 SHA-384, 7 SHA-512
     * @param key copied
     * @param icvOctets how much of the HMAC goes with the packet
     */
    TruncatedHmac(int hash, SecretBytes key, int icvOctets) {
        this.icvOctets = icvOctets;
        byte[] octets = key.expose();
        try {
            this.hash = MessageDigest.getInstance(algorithm(hash), "SUN");
            whole = new byte[this.hash.getDigestLength()];
            int block = hash == 2 || hash == 5 ? 64 : 128;
            inner = padded(octets, block, INNER);
            outer = padded(octets, block, OUTER);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + algorithm(hash), e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private static String algorithm(int hash) {
        return switch (hash) {
            case 2 -> "SHA-1";
            case 5 -> "SHA-256";
            case 6 -> "SHA-384";
            case 7 -> "SHA-512";
            default ->
                    throw new IllegalArgumentException(
                            "authentication algorithm " + hash + ": 2, 5, 6 or 7");
        };
    }

    /** A key longer than a block is hashed first. */
    private byte[] padded(byte[] key, int block, byte with) {
        byte[] most = key.length > block ? hash.digest(key) : key;
        byte[] padded = new byte[block];
        for (int i = 0; i < block; i++) {
            padded[i] = (byte) ((i < most.length ? most[i] : 0) ^ with);
        }
        return padded;
    }

    /** Writes the ICV of {@code length} octets behind them. */
    void append(MemorySegment packet, long offset, int length) {
        compute(packet, offset, length);
        MemorySegment.copy(whole, 0, packet, ValueLayout.JAVA_BYTE, offset + length, icvOctets);
    }

    /**
     * Whether the ICV behind {@code length} octets is theirs; takes the same time wherever it
     * differs.
     */
    boolean verify(MemorySegment packet, long offset, int length) {
        compute(packet, offset, length);
        int difference = 0;
        for (int i = 0; i < icvOctets; i++) {
            difference |= whole[i] ^ packet.get(ValueLayout.JAVA_BYTE, offset + length + i);
        }
        return difference == 0;
    }

    private void compute(MemorySegment packet, long offset, int length) {
        if (length > input.length) {
            input = new byte[length];
        }
        MemorySegment.copy(packet, ValueLayout.JAVA_BYTE, offset, input, 0, length);
        try {
            hash.update(inner);
            hash.update(input, 0, length);
            hash.digest(whole, 0, whole.length);
            hash.update(outer);
            hash.update(whole);
            hash.digest(whole, 0, whole.length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the hash refuses its output", e);
        }
    }

    /** Zeroes what can be reached. */
    void destroy() {
        for (byte[] array : new byte[][] {inner, outer, whole, input}) {
            Arrays.fill(array, (byte) 0);
        }
    }
}

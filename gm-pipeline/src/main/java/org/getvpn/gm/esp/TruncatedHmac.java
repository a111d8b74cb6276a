// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * The ICV of transforms whose cipher does not authenticate: the first octets of an HMAC with SHA-1
 * (RFC 2404) or SHA-2 (RFC 4868). Used by one thread.
 */
final class TruncatedHmac {
    private final Mac mac;
    private final int icvOctets;
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
            mac = Mac.getInstance(algorithm(hash), "SunJCE");
            mac.init(new SecretKeySpec(octets, "RAW"));
            whole = new byte[mac.getMacLength()];
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + algorithm(hash), e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private static String algorithm(int hash) {
        return switch (hash) {
            case 2 -> "HmacSHA1";
            case 5 -> "HmacSHA256";
            case 6 -> "HmacSHA384";
            case 7 -> "HmacSHA512";
            default ->
                    throw new IllegalArgumentException(
                            "authentication algorithm " + hash + ": 2, 5, 6 or 7");
        };
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
            mac.update(input, 0, length);
            mac.doFinal(whole, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC refuses its output", e);
        }
    }

    /** Zeroes what can be reached. */
    void destroy() {
        Arrays.fill(whole, (byte) 0);
        Arrays.fill(input, (byte) 0);
    }
}

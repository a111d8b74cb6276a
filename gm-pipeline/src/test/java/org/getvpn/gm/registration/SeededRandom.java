// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.security.SecureRandom;
import java.util.Random;

/** Randomness that repeats, so that a failure repeats too. */
final class SeededRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final Random random;

    SeededRandom(long seed) {
        super(new byte[1]);
        random = new Random(seed);
    }

    @Override
    public void nextBytes(byte[] octets) {
        random.nextBytes(octets);
    }

    @Override
    public int nextInt() {
        return random.nextInt();
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }
}

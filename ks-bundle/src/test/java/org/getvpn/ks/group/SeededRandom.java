// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.Random;

/** Repeatable randomness: the same seed, the same keys. */
public final class SeededRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    /** Begins a sequence. */
    public SeededRandom(long seed) {
        super(new Spi(seed), null);
    }

    private static final class Spi extends SecureRandomSpi {
        private static final long serialVersionUID = 1L;
        private final Random random;

        Spi(long seed) {
            random = new Random(seed);
        }

        @Override
        protected void engineSetSeed(byte[] seed) {
            // the sequence is fixed
        }

        @Override
        protected void engineNextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }

        @Override
        protected byte[] engineGenerateSeed(int count) {
            byte[] seed = new byte[count];
            random.nextBytes(seed);
            return seed;
        }
    }
}

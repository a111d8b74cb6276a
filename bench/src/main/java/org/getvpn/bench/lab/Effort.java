// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.lab;

/**
 * How long the comparison takes.
 *
 * @param rounds of all contenders, odd
 * @param seconds of each measured load
 * @param cryptoRounds of the bare cipher, odd
 */
public record Effort(int rounds, int seconds, int cryptoRounds) {
    /** What is published: about twenty minutes. */
    public static final Effort FULL = new Effort(3, 3, 25);

    /** One round, to see that everything runs: about five minutes. */
    public static final Effort QUICK = new Effort(1, 1, 3);
}

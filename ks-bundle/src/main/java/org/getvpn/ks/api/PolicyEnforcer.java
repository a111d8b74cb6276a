// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Whoever programs the switches. The key server announces a new SPI here before any member hears of
 * it, so that no edge drops the first packet that carries it.
 */
public interface PolicyEnforcer {
    /**
     * Makes every edge of the group accept {@code spi}.
     *
     * @param spi unsigned 32 bits in an int
     * @param deadline after which the key server goes on without the answer
     * @return completes normally once every edge has confirmed; exceptionally with the edges that
     *     did not, in words
     */
    CompletionStage<Void> prepare(String group, int spi, Duration deadline);

    /** The SPI is dead: edges may forget it. */
    void withdraw(String group, int spi);
}

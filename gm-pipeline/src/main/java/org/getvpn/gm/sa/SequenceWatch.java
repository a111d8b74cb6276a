// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;

/**
 * Hears that a sender's counter comes to its end: ask for a rekey, or register again for a new
 * sender id. Called on the packet path: return at once, throw nothing. Each call comes once per
 * pair of SA and sender id.
 */
public interface SequenceWatch {
    /** Nobody listens; packets are dropped when the counter ends. */
    SequenceWatch NONE =
            new SequenceWatch() {
                @Override
                public void nearlySpent(Spi spi, SenderId sender) {}

                @Override
                public void spent(Spi spi, SenderId sender) {}
            };

    /** Seven eighths of the numbers are used. */
    void nearlySpent(Spi spi, SenderId sender);

    /** None is left: packets that need this SA are dropped from now on. */
    void spent(Spi spi, SenderId sender);
}

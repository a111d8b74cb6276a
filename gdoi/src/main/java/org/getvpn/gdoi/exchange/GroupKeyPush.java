// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.PrivateKey;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyMessage;

/** The GROUPKEY-PUSH message of RFC 6407, section 4. */
public final class GroupKeyPush {
    private GroupKeyPush() {}

    /**
     * Makes the datagram. Slow (a signature): not for the network thread.
     *
     * @param kek under which it is encrypted
     * @param signingKey whose public half {@code kek} names
     * @throws IllegalArgumentException if KEK, key or message do not fit together
     */
    public static byte[] seal(Kek kek, RekeyMessage message, PrivateKey signingKey) {
        throw new UnsupportedOperationException();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.PhaseOneSettings;

/**
 * How to prove to one key server who we are, and how it must prove itself.
 *
 * @param settings suites, mode, certificate
 * @param preSharedKey null if no suite uses one; destroyed with the attempt
 * @param keyServerIdentity who the key server must prove to be, with certificates; null for the
 *     address it is reached at
 */
public record PhaseOneMeans(
        PhaseOneSettings settings, SecretBytes preSharedKey, String keyServerIdentity) {
    /** After the attempt. */
    void destroy() {
        if (preSharedKey != null) {
            preSharedKey.destroy();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.PhaseOneSettings;
import org.getvpn.gdoi.exchange.RegistrationProfile;

/**
 * How to prove to one key server who we are, and how it must prove itself.
 *
 * @param settings suites, mode, certificate
 * @param preSharedKey null if no suite uses one; destroyed with the attempt
 * @param keyServerIdentity who the key server must prove to be, with certificates; null for the
 *     address it is reached at
 * @param profile how to ask for the group after Phase 1
 */
public record PhaseOneMeans(
        PhaseOneSettings settings,
        SecretBytes preSharedKey,
        String keyServerIdentity,
        RegistrationProfile profile) {
    /** After the attempt. */
    void destroy() {
        if (preSharedKey != null) {
            preSharedKey.destroy();
        }
    }
}

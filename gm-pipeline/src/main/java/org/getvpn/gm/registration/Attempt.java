// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.GroupMemberEndpoint;
import org.getvpn.gdoi.exchange.Ticks;

/**
 * One attempt at one key server under way.
 *
 * @param deadline when it is given up, whatever the exchange still hopes for
 */
record Attempt(
        Endpoint keyServer,
        GroupMemberEndpoint exchange,
        SecretBytes preSharedKey,
        Ticks deadline) {
    void end() {
        preSharedKey.destroy();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.io.IOException;
import java.net.InetAddress;
import org.getvpn.gdoi.crypto.SecretBytes;

/** Where the pre-shared key of a key server comes from, asked at each attempt. */
@FunctionalInterface
public interface PreSharedKeySource {
    /**
     * The key shared with that key server; the caller destroys it.
     *
     * @throws IOException with a sentence that says what a person can do
     */
    SecretBytes keyFor(InetAddress keyServer) throws IOException;
}

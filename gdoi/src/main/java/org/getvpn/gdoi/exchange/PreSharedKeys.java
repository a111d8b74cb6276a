// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.util.Optional;
import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * The pre-shared keys of this end. Main Mode can look a key up by the peer's address alone (RFC
 * 2409, section 5.4). Called from the network thread: an answer must not wait for anything.
 */
@FunctionalInterface
public interface PreSharedKeys {
    /** The key shared with {@code peer}, or empty if there is none. */
    Optional<SecretBytes> sharedWith(InetAddress peer);

    /**
     * The key shared with a peer that names itself before it must prove it, as Aggressive Mode
     * allows: by a domain name, {@code user@domain} or a distinguished name as RFC 2253 writes it.
     * None, unless somebody says otherwise.
     */
    default Optional<SecretBytes> sharedWith(String name) {
        return Optional.empty();
    }
}

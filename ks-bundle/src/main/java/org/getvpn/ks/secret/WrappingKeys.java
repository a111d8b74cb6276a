// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import java.security.SecureRandom;
import java.util.List;
import org.getvpn.gdoi.crypto.SecretBytes;

/** The wrapping key in use and those before it. */
public final class WrappingKeys {
    private final List<WrappingKey> keys;

    /**
     * @param keys the one in use first, at least one
     */
    public WrappingKeys(List<WrappingKey> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("no wrapping key");
        }
        this.keys = List.copyOf(keys);
    }

    /** Seals with the key in use. */
    byte[] seal(String name, long version, byte[] plain, SecureRandom random) {
        return keys.get(0).seal(name, version, plain, random);
    }

    /** Whether a record is sealed with the key in use. */
    boolean isCurrent(byte[] sealed) {
        return keys.get(0).sealed(sealed);
    }

    /** Opens with whichever key sealed it. */
    SecretBytes open(String name, long version, byte[] sealed) {
        for (WrappingKey key : keys) {
            if (key.sealed(sealed)) {
                return key.open(name, version, sealed);
            }
        }
        throw new UnreadableRecord(
                "record "
                        + name
                        + " was sealed with another wrapping key: put that key back as a further"
                        + " line of the wrapping key file");
    }

    /** Zeroes every key. */
    public void destroy() {
        keys.forEach(WrappingKey::destroy);
    }
}

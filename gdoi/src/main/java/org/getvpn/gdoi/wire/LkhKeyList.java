// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.List;

/** The keys of an LKH array, all of one length; a path through a tree is short. */
final class LkhKeyList {
    /** A tree of 2^32 leaves has paths of 33 keys. */
    static final int MAX_KEYS = 64;

    private LkhKeyList() {}

    static List<LkhKey> read(WireReader in, int count, int keyDataOctets) throws MalformedPayload {
        if (count == 0 || count > MAX_KEYS) {
            throw in.malformed(count + " keys, 1 to " + MAX_KEYS);
        }
        if (in.remaining() != count * LkhKey.octets(keyDataOctets)) {
            throw in.malformed(
                    count + " keys of " + keyDataOctets + " octets in " + in.remaining());
        }
        List<LkhKey> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(LkhKey.read(in, keyDataOctets));
        }
        return keys;
    }

    static List<LkhKey> checked(List<LkhKey> keys) {
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException(keys.size() + " LKH keys: 1 to " + MAX_KEYS);
        }
        for (LkhKey key : keys) {
            if (key.keyDataOctets() != keys.get(0).keyDataOctets()) {
                throw new IllegalArgumentException(key + " differs in length from the first key");
            }
        }
        return List.copyOf(keys);
    }
}

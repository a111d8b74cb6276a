// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

/** Words for an operator that both roles use. */
final class PhaseOneReasons {
    static final String KEY_DIFFERS =
            "pre-shared key probably differs: the identification payload does not decrypt";

    static final String UNREADABLE =
            "the identification payload does not decrypt: Phase 1 was altered on its way";

    private PhaseOneReasons() {}
}

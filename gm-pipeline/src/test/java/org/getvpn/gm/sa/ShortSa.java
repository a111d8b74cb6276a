// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import org.getvpn.gm.esp.JdkAead;

/** SAs whose numbers end soon, for tests in other packages. */
public final class ShortSa {
    private ShortSa() {}

    /** A database whose SAs send {@code packets} packets at most. */
    public static SaDatabase database(long packets) {
        return database(packets, SequenceWatch.NONE);
    }

    /** The same, watched. */
    public static SaDatabase database(long packets, SequenceWatch watch) {
        return new SaDatabase(
                new JdkAead(), watch, transform -> ReplayCheck.NONE, MemberMode.ACTIVE, 1, packets);
    }
}

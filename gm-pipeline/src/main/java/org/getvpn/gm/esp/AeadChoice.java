// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.util.Locale;
import java.util.Optional;

/** Which AES-GCM runs, as the configuration says it. */
public enum AeadChoice {
    /** the fastest that works on this machine; the default */
    AUTO,
    /**
     * Intel's multi-buffer library, Debian package {@code libipsec-mb1} or 2; an error if unusable
     */
    IPSEC_MB,
    /** the JDK's own */
    JDK;

    /** As the configuration writes it: {@code auto}, {@code ipsec-mb} or {@code jdk}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Loads and self-tests what was chosen.
     *
     * @throws IllegalStateException if {@link #IPSEC_MB} was asked for and cannot be used
     */
    public AeadProvider provider() {
        if (this == JDK) {
            return new JdkAead();
        }
        StringBuilder why = new StringBuilder();
        Optional<IpsecMb> fast = IpsecMb.load(why);
        if (fast.isPresent()) {
            return fast.get();
        }
        if (this == IPSEC_MB) {
            throw new IllegalStateException(
                    "crypto ipsec-mb cannot be used ("
                            + why
                            + "): install the package libipsec-mb1, or say crypto: auto");
        }
        return new JdkAead(why.toString());
    }
}

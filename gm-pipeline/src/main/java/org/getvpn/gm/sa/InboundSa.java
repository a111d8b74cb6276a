// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gm.esp.AeadCipher;

/** An SA to receive with. One path owns it. */
public final class InboundSa {
    private final Spi spi;
    private final AeadCipher cipher;

    /** Receives what was sent under {@code spi}. */
    public InboundSa(Spi spi, AeadCipher cipher) {
        this.spi = spi;
        this.cipher = cipher;
    }

    /** The SA's index on the wire. */
    public Spi spi() {
        return spi;
    }

    /** Decrypts. */
    public AeadCipher cipher() {
        return cipher;
    }
}

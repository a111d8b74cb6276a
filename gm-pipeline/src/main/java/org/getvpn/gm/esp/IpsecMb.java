// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.util.Optional;
import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * AES-GCM by Intel's multi-buffer library for IPsec ({@code libIPSec_MB}; Debian package {@code
 * libipsec-mb1} or the later {@code libipsec-mb2}, which uses VAES without AVX-512, too) through
 * the foreign function API: as fast as C, no allocation, no exception.
 *
 * <p>The library's manager structure knows which of its implementations suits this processor, but
 * the offsets in it belong to the library's version. So a pointer from it is used only if it is the
 * address of an exported function of the right name, and only after a test vector came out right.
 */
public final class IpsecMb implements AeadProvider {
    private IpsecMb() {}

    /**
     * Loads and tests the library.
     *
     * @param why receives the reason if it cannot be used
     */
    public static Optional<IpsecMb> load(StringBuilder why) {
        if (IpsecMbGcm.WHY_NOT != null) {
            why.append(IpsecMbGcm.WHY_NOT);
            return Optional.empty();
        }
        try {
            IpsecMb library = new IpsecMb();
            AeadSelfTest.run(library);
            return Optional.of(library);
        } catch (IllegalStateException e) {
            why.append(e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public String name() {
        return "ipsec-mb (" + architecture() + ")";
    }

    /** The shared library's name, for example {@code libIPSec_MB.so.2}. */
    public String file() {
        return IpsecMbGcm.FILE;
    }

    /** Which of the library's implementations runs, as in its functions' names. */
    public String architecture() {
        return IpsecMbGcm.ARCHITECTURE;
    }

    @Override
    public AeadCipher gcm(SecretBytes keyAndSalt, int aadOctets, int icvOctets) {
        return isOurs(keyAndSalt)
                ? new NativeGcm(keyAndSalt, aadOctets, icvOctets)
                : new JdkAead().gcm(keyAndSalt, aadOctets, icvOctets);
    }

    @Override
    public AeadCipher gmac(SecretBytes keyAndSalt) {
        return isOurs(keyAndSalt) ? new NativeGmac(keyAndSalt) : new JdkAead().gmac(keyAndSalt);
    }

    /** Keys of 128 and 256 bits; those of 192, which nobody recommends, are the JDK's. */
    private static boolean isOurs(SecretBytes keyAndSalt) {
        return keyAndSalt.length() == 20 || keyAndSalt.length() == 36;
    }
}

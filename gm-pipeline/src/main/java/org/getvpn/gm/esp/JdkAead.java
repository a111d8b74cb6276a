// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * AES-GCM by the JDK's SunJCE, which is always there. It works on heap arrays, where its intrinsics
 * are fastest. Two things that JCA prescribes cannot be avoided: a few small objects per packet,
 * and an exception for each packet with a wrong ICV.
 */
public final class JdkAead implements AeadProvider {
    private final String name;

    /** Chosen by name. */
    public JdkAead() {
        this.name = "jdk";
    }

    /**
     * Taken for want of a faster one.
     *
     * @param whyNotFaster shown behind the name
     */
    JdkAead(String whyNotFaster) {
        this.name = "jdk (ipsec-mb cannot be used: " + whyNotFaster + ")";
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public AeadCipher gcm(SecretBytes keyAndSalt, int aadOctets, int icvOctets) {
        return new JdkGcm(JdkGcm.Cover.TEXT_ENCRYPTED, keyAndSalt, aadOctets, icvOctets);
    }

    @Override
    public AeadCipher gmac(SecretBytes keyAndSalt) {
        return new JdkGcm(JdkGcm.Cover.TEXT_IN_CLEAR, keyAndSalt, EspFormat.HEADER, AeadCipher.ICV);
    }
}

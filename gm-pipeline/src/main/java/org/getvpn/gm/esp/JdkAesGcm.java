// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gm.packet.Frame;

/**
 * AES-GCM by the JDK's own provider: always there. It works on heap arrays, which the intrinsics
 * like better than direct buffers. The JDK wants a parameter object per packet and throws on a
 * wrong ICV; a native implementation of {@link AeadCipher} needs neither.
 */
public final class JdkAesGcm implements AeadCipher {
    private static final int SALT = 4;
    private static final int NONCE = SALT + Esp.IV;
    private static final int MAX_TEXT = 65_536;

    private final Cipher cipher;
    private final SecretKeySpec key;
    private final byte[] nonce = new byte[NONCE];
    private final byte[] aad = new byte[Esp.HEADER];
    private final byte[] in = new byte[MAX_TEXT + Esp.ICV];
    private final byte[] out = new byte[MAX_TEXT + Esp.ICV];

    /**
     * @param keyAndSalt 16 or 32 octets of key, 4 of salt (RFC 4106, section 8.1)
     */
    public JdkAesGcm(SecretBytes keyAndSalt) {
        byte[] octets = keyAndSalt.expose();
        try {
            int keyLength = octets.length - SALT;
            if (keyLength != 16 && keyLength != 32) {
                throw new IllegalArgumentException("AES-GCM key of " + keyLength + " octets");
            }
            key = new SecretKeySpec(octets, 0, keyLength, "AES");
            System.arraycopy(octets, keyLength, nonce, 0, SALT);
            cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no AES-GCM", e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private void prepare(int mode, Frame frame, int header) throws GeneralSecurityException {
        MemorySegment memory = frame.memory();
        long at = frame.start() + (long) header;
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, aad, 0, Esp.HEADER);
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at + Esp.HEADER, nonce, SALT, Esp.IV);
        cipher.init(mode, key, new GCMParameterSpec(Esp.ICV * 8, nonce));
        cipher.updateAAD(aad);
    }

    @Override
    public void seal(Frame frame, int header, int text, int length) {
        try {
            prepare(Cipher.ENCRYPT_MODE, frame, header);
            long at = frame.start() + (long) text;
            MemorySegment.copy(frame.memory(), ValueLayout.JAVA_BYTE, at, in, 0, length);
            int sealed = cipher.doFinal(in, 0, length, out, 0);
            MemorySegment.copy(out, 0, frame.memory(), ValueLayout.JAVA_BYTE, at, sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refuses to encrypt", e);
        }
    }

    @Override
    public boolean open(Frame frame, int header, int text, int length) {
        try {
            prepare(Cipher.DECRYPT_MODE, frame, header);
            long at = frame.start() + (long) text;
            MemorySegment.copy(frame.memory(), ValueLayout.JAVA_BYTE, at, in, 0, length + Esp.ICV);
            int opened = cipher.doFinal(in, 0, length + Esp.ICV, out, 0);
            MemorySegment.copy(out, 0, frame.memory(), ValueLayout.JAVA_BYTE, at, opened);
            return true;
        } catch (AEADBadTagException forged) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refuses to decrypt", e);
        }
    }

    @Override
    public void close() {
        Arrays.fill(in, (byte) 0);
        Arrays.fill(out, (byte) 0);
        Arrays.fill(nonce, (byte) 0);
    }
}

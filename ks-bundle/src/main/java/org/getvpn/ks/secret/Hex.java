// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import java.util.Locale;

/** Octets as hexadecimal digits, without a String of a secret in between where it matters. */
final class Hex {
    private Hex() {}

    /** Two lower-case digits per octet. */
    static String text(byte[] octets) {
        StringBuilder text = new StringBuilder(octets.length * 2);
        for (byte octet : octets) {
            text.append(String.format(Locale.ROOT, "%02x", octet));
        }
        return text.toString();
    }

    /** Two lower-case ASCII digits per octet, for a file. */
    static byte[] ascii(byte[] octets) {
        byte[] ascii = new byte[octets.length * 2];
        for (int i = 0; i < octets.length; i++) {
            ascii[2 * i] = (byte) Character.forDigit(octets[i] >> 4 & 15, 16);
            ascii[2 * i + 1] = (byte) Character.forDigit(octets[i] & 15, 16);
        }
        return ascii;
    }

    /**
     * The octets of {@code digits} ASCII digits from {@code start}; null if one is no digit.
     *
     * @param digits even
     */
    static byte[] octets(byte[] ascii, int start, int digits) {
        byte[] octets = new byte[digits / 2];
        for (int i = 0; i < octets.length; i++) {
            int high = Character.digit(ascii[start + 2 * i], 16);
            int low = Character.digit(ascii[start + 2 * i + 1], 16);
            if (high < 0 || low < 0) {
                return null;
            }
            octets[i] = (byte) (high << 4 | low);
        }
        return octets;
    }
}

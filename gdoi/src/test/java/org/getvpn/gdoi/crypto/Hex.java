// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

/** Hexadecimal digits of published vectors; blanks between them do not count. */
final class Hex {
    private Hex() {}

    static byte[] octets(String digits) {
        String plain = digits.replaceAll("\\s", "");
        byte[] octets = new byte[plain.length() / 2];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) Integer.parseInt(plain.substring(2 * i, 2 * i + 2), 16);
        }
        return octets;
    }

    static String digits(byte[] octets) {
        StringBuilder text = new StringBuilder();
        for (byte b : octets) {
            text.append(String.format("%02x", b));
        }
        return text.toString();
    }
}

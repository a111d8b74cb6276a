// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.io.ByteArrayOutputStream;

/** Octets as a specification writes them: hexadecimal, blanks anywhere, several pieces. */
final class Octets {
    private Octets() {}

    static byte[] hex(String... pieces) {
        String digits = String.join("", pieces).replace(" ", "");
        byte[] octets = new byte[digits.length() / 2];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
        }
        return octets;
    }

    static String hex(byte[] octets) {
        StringBuilder text = new StringBuilder();
        for (byte octet : octets) {
            text.append(String.format("%02x", octet));
        }
        return text.toString();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}

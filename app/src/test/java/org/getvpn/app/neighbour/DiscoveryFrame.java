// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import java.io.ByteArrayOutputStream;
import org.onlab.packet.Ip6Address;
import org.onlab.packet.MacAddress;

/** A frame with a message of neighbour discovery, octet by octet; each field can be broken. */
final class DiscoveryFrame {
    static final MacAddress HOST = MacAddress.valueOf("00:00:00:00:00:09");

    String source = "2001:db8:2::9";
    String destination = "ff02::1:ff00:1";
    String target = "2001:db8:2::1";
    int tag = -1;
    int nextHeader = 58;
    int hopLimit = 255;
    int type = 135;
    int code = 0;
    int[] options = {1, 1, 0, 0, 0, 0, 0, 9};
    int cutOff = 0;
    int checksumError = 0;

    /** With the right checksum unless that is broken too. */
    byte[] octets() {
        byte[] message = message(0);
        int sum = checksum(message);
        message = message(sum ^ checksumError);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(new byte[] {0x33, 0x33, (byte) 0xff, 0, 0, 1}); // to the solicited nodes
        frame.writeBytes(HOST.toBytes()); // from
        if (tag >= 0) {
            frame.writeBytes(new byte[] {(byte) 0x81, 0, (byte) (tag >> 8), (byte) tag});
        }
        frame.writeBytes(new byte[] {(byte) 0x86, (byte) 0xdd}); // IPv6
        frame.writeBytes(new byte[] {0x60, 0, 0, 0}); // version, class, flow label
        frame.writeBytes(new byte[] {(byte) (message.length >> 8), (byte) message.length});
        frame.write(nextHeader);
        frame.write(hopLimit);
        frame.writeBytes(Ip6Address.valueOf(source).toOctets());
        frame.writeBytes(Ip6Address.valueOf(destination).toOctets());
        frame.writeBytes(message);
        return frame.toByteArray();
    }

    private byte[] message(int sum) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(type);
        message.write(code);
        message.writeBytes(new byte[] {(byte) (sum >> 8), (byte) sum});
        message.writeBytes(new byte[4]); // reserved
        message.writeBytes(Ip6Address.valueOf(target).toOctets());
        for (int octet : options) {
            message.write(octet);
        }
        byte[] whole = message.toByteArray();
        return java.util.Arrays.copyOf(whole, whole.length - cutOff);
    }

    /** RFC 4443, section 2.3: over a pseudo-header and the message, as RFC 1071 sums. */
    private int checksum(byte[] message) {
        ByteArrayOutputStream summed = new ByteArrayOutputStream();
        summed.writeBytes(Ip6Address.valueOf(source).toOctets());
        summed.writeBytes(Ip6Address.valueOf(destination).toOctets());
        summed.writeBytes(new byte[] {0, 0, 0, (byte) message.length, 0, 0, 0, 58});
        summed.writeBytes(message);
        byte[] octets = summed.toByteArray();
        long sum = 0;
        for (int i = 0; i < octets.length; i++) {
            sum += (octets[i] & 0xffL) << (i % 2 == 0 ? 8 : 0);
        }
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (int) ~sum & 0xffff;
    }
}

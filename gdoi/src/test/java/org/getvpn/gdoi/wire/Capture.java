// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Captures of foreign implementations among the test resources, and what lies beside them. */
public final class Capture {
    private static final int ETHERNET = 14;
    private static final int UDP_PROTOCOL = 17;

    private Capture() {}

    /** The payloads of all IPv4/UDP packets of a classic pcap file, in order. */
    public static List<byte[]> datagrams(String name) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(octets(name));
        file.order(file.getInt(0) == 0xa1b2c3d4 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int link = file.getInt(20);
        file.position(24);
        List<byte[]> datagrams = new ArrayList<>();
        while (file.hasRemaining()) {
            int length = file.getInt(file.position() + 8);
            byte[] frame = new byte[length];
            file.position(file.position() + 16);
            file.get(frame);
            int ip = link == 1 ? ETHERNET : 0;
            if (frame[ip] >> 4 == 4 && frame[ip + 9] == UDP_PROTOCOL) {
                int udp = ip + (frame[ip] & 15) * 4;
                int end = udp + ((frame[udp + 4] & 0xff) << 8 | frame[udp + 5] & 0xff);
                datagrams.add(Arrays.copyOfRange(frame, udp + 8, end));
            }
        }
        return datagrams;
    }

    /** A text file beside a capture, without white space around it. */
    public static String text(String name) throws IOException {
        return new String(octets(name), StandardCharsets.US_ASCII).trim();
    }

    static byte[] octets(String name) throws IOException {
        try (InputStream in = Capture.class.getResourceAsStream("/vectors/" + name)) {
            if (in == null) {
                throw new IOException("no test resource vectors/" + name);
            }
            return in.readAllBytes();
        }
    }
}

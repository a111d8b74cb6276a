// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.security.auth.Destroyable;

/**
 * The keys (RFC 6407, section 5.6).
 *
 * <pre>
 * | Number of Key Packets (2) | RESERVED2 (2) | Key Packets ...
 * </pre>
 */
public final class KeyDownload implements Destroyable {
    /** More packets than a group has keys. */
    public static final int MAX_PACKETS = 256;

    private final List<KeyPacket> packets;
    private volatile boolean destroyed;

    /** Holds {@code packets} in order. */
    public KeyDownload(List<KeyPacket> packets) {
        this.packets = List.copyOf(packets);
    }

    /** Reads the body of a KD payload. */
    public static KeyDownload read(byte[] body) throws MalformedPayload {
        WireReader in = new WireReader("KD", body);
        int count = in.u16();
        in.zero("RESERVED2", 2);
        if (count > MAX_PACKETS) {
            throw in.malformed(count + " key packets");
        }
        List<KeyPacket> packets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            packets.add(KeyPacket.read(in));
        }
        in.end();
        return new KeyDownload(packets);
    }

    /** The payload. */
    public Payload write() {
        WireWriter out = new WireWriter().u16(packets.size()).u16(0);
        for (KeyPacket packet : packets) {
            packet.write(out);
        }
        byte[] body = out.toByteArray();
        Payload payload = Payload.of(PayloadType.KD, body);
        Arrays.fill(body, (byte) 0);
        return payload;
    }

    /** Zeroes all keys. */
    @Override
    public void destroy() {
        packets.forEach(KeyPacket::wipe);
        destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    /** In the order of the wire. */
    public List<KeyPacket> packets() {
        return packets;
    }

    /** All packets of one type. */
    public List<KeyPacket> packets(int type) {
        List<KeyPacket> found = new ArrayList<>();
        for (KeyPacket packet : packets) {
            if (packet.type() == type) {
                found.add(packet);
            }
        }
        return found;
    }
}

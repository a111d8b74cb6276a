// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One stretch of a TCP flow, written out octet by octet with checksums of its own: as single
 * packets, and as the super-frame that a host leaves to its interface. Shares no code with what is
 * tested.
 */
public final class TcpPackets {
    /** Flags of the TCP header. */
    public static final int FIN = 1;

    /** Pushes. */
    public static final int PSH = 8;

    /** Acknowledges. */
    public static final int ACK = 16;

    /** The receiver saw a congestion mark. */
    public static final int ECE = 64;

    /** The sender has slowed down. */
    public static final int CWR = 128;

    private static final int OPTIONS = 12;
    private static final int HEADERS = 20 + 20 + OPTIONS;
    private static final int VIRTIO = 10;

    /** Sender. */
    public int source = Fixture.HOST_1;

    /** Receiver. */
    public int destination = Fixture.HOST_2;

    /** Port of the sender. */
    public int sourcePort = 40000;

    /** DSCP and ECN. */
    public int trafficClass = 0xb8;

    /** DF or nothing. */
    public int flagsAndOffset = 0x4000;

    /** Of the first packet. */
    public int identification = 0xfffe;

    /** Of the first octet. */
    public int sequence = 0xffff_ff00;

    /** Of all packets. */
    public int acknowledgement = 77;

    /** Of the whole stretch; FIN, PSH and CWR go where they belong. */
    public int flags = ACK | PSH;

    /** Payload of all packets but the last. */
    public int size = 1348;

    /** What is carried. */
    public byte[] payload;

    /** Whether checksums in the packets are right. */
    public boolean checksumsAreRight = true;

    /** A stretch of that many random octets. */
    public TcpPackets(Random random, int octets) {
        payload = new byte[octets];
        random.nextBytes(payload);
    }

    /** One Ethernet frame for each segment. */
    public List<byte[]> frames() {
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0, i = 0; at < payload.length; at += size, i++) {
            int part = Math.min(size, payload.length - at);
            int own = flags;
            if (at > 0) {
                own &= ~CWR;
            }
            if (at + part < payload.length) {
                own &= ~(FIN | PSH);
            }
            byte[] packet = packet(identification + i, sequence + at, own, at, part);
            int sum = sum(packet, 20, packet.length - 20, pseudoHeader(packet.length - 20));
            int checksum = checksumsAreRight ? ~sum : ~sum + 1;
            ByteBuffer.wrap(packet).putShort(36, (short) checksum);
            frames.add(Fixture.frame(packet));
        }
        return frames;
    }

    /** The virtio header of 10 octets and the frame. */
    public byte[] superFrame() {
        byte[] packet = packet(identification, sequence, flags, 0, payload.length);
        ByteBuffer.wrap(packet).putShort(36, (short) pseudoHeader(packet.length - 20));
        ByteBuffer header = ByteBuffer.allocate(VIRTIO).order(ByteOrder.nativeOrder());
        header.put((byte) 1).put((byte) ((flags & CWR) == 0 ? 1 : 0x81));
        header.putShort((short) (14 + HEADERS)).putShort((short) size);
        header.putShort((short) 34).putShort((short) 16);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(header.array());
        all.writeBytes(Fixture.frame(packet));
        return all.toByteArray();
    }

    private byte[] packet(int id, int number, int own, int from, int octets) {
        ByteBuffer packet = ByteBuffer.allocate(HEADERS + octets);
        packet.putShort((short) (0x4500 | trafficClass)).putShort((short) packet.capacity());
        packet.putShort((short) id).putShort((short) flagsAndOffset);
        packet.put((byte) 61).put((byte) 6).putShort((short) 0);
        packet.putInt(source).putInt(destination);
        packet.putShort((short) sourcePort).putShort((short) 5201);
        packet.putInt(number).putInt(acknowledgement);
        packet.putShort((short) (8 << 12 | own)).putShort((short) 509).putInt(0);
        packet.putShort((short) 0x0101).putShort((short) 0x080a).putInt(123).putInt(456);
        packet.put(payload, from, octets);
        packet.putShort(10, (short) ~sum(packet.array(), 0, 20, 0));
        return packet.array();
    }

    private int pseudoHeader(int length) {
        ByteBuffer header = ByteBuffer.allocate(12).putInt(source).putInt(destination);
        header.putShort((short) 6).putShort((short) length);
        return sum(header.array(), 0, 12, 0);
    }

    /** RFC 1071 as it stands there: words of 16 bits, the carry added each time. */
    public static int sum(byte[] octets, int from, int length, int start) {
        int sum = start;
        for (int i = 0; i < length; i++) {
            sum += (octets[from + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

/** Ethernet II, with at most one IEEE 802.1Q tag. Offsets count from the frame's start. */
public final class Ethernet {
    /** Octets of an untagged header. */
    public static final int HEADER = 14;

    /** Octets of a tag. */
    public static final int TAG = 4;

    /** EtherType of IPv4. */
    public static final int IPV4 = 0x0800;

    /** EtherType of ARP. */
    public static final int ARP = 0x0806;

    /** EtherType of IPv6. */
    public static final int IPV6 = 0x86dd;

    /** EtherType of an IEEE 802.1Q tag. */
    public static final int VLAN = 0x8100;

    private Ethernet() {}

    /** Whether the frame is long enough to have a header. */
    public static boolean valid(Frame frame) {
        int length = frame.length();
        return length >= HEADER && (frame.u16(12) != VLAN || length >= HEADER + TAG);
    }

    /** Where the network layer begins: 14 or 18. */
    public static int headerLength(Frame frame) {
        return frame.u16(12) == VLAN ? HEADER + TAG : HEADER;
    }

    /** EtherType of the network layer, behind a tag if there is one. */
    public static int type(Frame frame) {
        int type = frame.u16(12);
        return type == VLAN ? frame.u16(16) : type;
    }

    /** Destination address, 48 bits. */
    public static long destination(Frame frame) {
        return frame.u64(0) >>> 16;
    }

    /** Source address, 48 bits. */
    public static long source(Frame frame) {
        return frame.u64(6) >>> 16;
    }

    /** Writes the destination address. */
    public static void destination(Frame frame, long mac) {
        frame.u16(0, (int) (mac >>> 32));
        frame.u32(2, (int) mac);
    }

    /** Writes the source address. */
    public static void source(Frame frame, long mac) {
        frame.u16(6, (int) (mac >>> 32));
        frame.u32(8, (int) mac);
    }

    /** The individual/group bit of an address: broadcast and multicast. */
    public static boolean group(long mac) {
        return (mac >>> 40 & 1) != 0;
    }

    /**
     * Reads {@code aa:bb:cc:dd:ee:ff}.
     *
     * @throws IllegalArgumentException for another form
     */
    public static long parse(String text) {
        String[] parts = text.split(":");
        if (parts.length != 6) {
            throw new IllegalArgumentException("MAC address " + text);
        }
        long mac = 0;
        for (String part : parts) {
            mac = mac << 8 | Integer.parseInt(part, 16) & 0xff;
        }
        return mac;
    }
}

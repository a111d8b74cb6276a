// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.bench.lab.Node;

/**
 * The namespaces {@code h1 -a0- -a1- g1 -w1- -w2- g2 -b1- -b0- h2}. The hosts' links carry 1400
 * octets and the WAN 1500, so that no pair of gateways has to fragment.
 */
final class MeasuredPath implements AutoCloseable {
    static final String H1 = "10.1.0.2";
    static final String H2 = "10.2.0.2";
    static final String G1_WAN = "172.16.0.1";
    static final String G2_WAN = "172.16.0.2";

    /** Octets of the longest packet of a host. */
    static final int MTU = 1400;

    /** How the hosts find each other. */
    enum Layout {
        /** gateways are routers */
        ROUTED,
        /** gateways are invisible: each host finds the other by ARP */
        TRANSPARENT,
        /** gateways are switches with a member port, as invisible */
        MEMBER_PORTS
    }

    /** The member's interface in a gateway that is a switch; the other end is the switch's. */
    static final String MEMBER_PORT = "member";

    private static final String SWITCH_END = "port";

    // filters of traffic control, the first to be asked first
    private static final String ESP = "pref 1 protocol ip u32 match ip protocol 50 0xff";
    private static final String IP = "pref 2 protocol ip u32 match u32 0 0";
    private static final String ARP = "pref 3 protocol arp u32 match u32 0 0";

    private final Layout layout;
    private final int number;
    private final List<Node> made = new ArrayList<>();
    private final Node h1;
    private final Node g1;
    private final Node g2;
    private final Node h2;

    /** Makes all, as the only path at its time. Needs root. */
    MeasuredPath(Layout layout) throws IOException {
        this(layout, 1);
    }

    /**
     * Makes all. Needs root.
     *
     * @param number 1 to 4, of paths that exist at the same time
     */
    MeasuredPath(Layout layout, int number) throws IOException {
        this.layout = layout;
        this.number = number;
        try {
            h1 = node("h1");
            g1 = node("g1");
            g2 = node("g2");
            h2 = node("h2");
            h1.cable("a0", g1, "a1");
            g1.cable("w1", g2, "w2");
            h2.cable("b0", g2, "b1");
            h1.ip("addr", "add", H1 + "/24", "dev", "a0");
            h2.ip("addr", "add", H2 + "/24", "dev", "b0");
            mtu(h1, "a0");
            mtu(g1, "a1");
            mtu(g2, "b1");
            mtu(h2, "b0");
            if (layout == Layout.ROUTED) {
                route();
            } else {
                h1.ip("route", "add", "10.2.0.0/24", "dev", "a0");
                h2.ip("route", "add", "10.1.0.0/24", "dev", "b0");
            }
            if (layout == Layout.MEMBER_PORTS) {
                steer(g1, "a1", "w1");
                steer(g2, "b1", "w2");
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void route() throws IOException {
        g1.ip("addr", "add", "10.1.0.1/24", "dev", "a1");
        g2.ip("addr", "add", "10.2.0.1/24", "dev", "b1");
        g1.ip("addr", "add", G1_WAN + "/24", "dev", "w1");
        g2.ip("addr", "add", G2_WAN + "/24", "dev", "w2");
        h1.ip("route", "add", "default", "via", "10.1.0.1");
        h2.ip("route", "add", "default", "via", "10.2.0.1");
        g1.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
        g2.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
    }

    /** Makes a switch of a gateway, whatever its kernel can do of that, by traffic control. */
    private static void steer(Node gateway, String site, String wan) throws IOException {
        gateway.cable(SWITCH_END, gateway, MEMBER_PORT);
        for (String link : List.of(site, wan, SWITCH_END)) {
            gateway.run("tc", "qdisc", "add", "dev", link, "clsact");
        }
        redirect(gateway, ARP, site, wan);
        redirect(gateway, IP, site, SWITCH_END);
        redirect(gateway, ARP, wan, site);
        redirect(gateway, ESP, wan, SWITCH_END);
        redirect(gateway, ESP, SWITCH_END, wan);
        redirect(gateway, IP, SWITCH_END, site);
    }

    private static void redirect(Node gateway, String filter, String from, String to)
            throws IOException {
        String words =
                "tc filter add dev "
                        + from
                        + " ingress "
                        + filter
                        + " action mirred egress redirect dev "
                        + to;
        gateway.run(words.split(" "));
    }

    /** The Ethernet address that the sending host's frames go to. */
    String firstHop() throws IOException {
        Node next = layout == Layout.ROUTED ? g1 : h2;
        String link = layout == Layout.ROUTED ? "a1" : "b0";
        return next.run("cat", "/sys/class/net/" + link + "/address").strip();
    }

    private Node node(String role) throws IOException {
        Node node = Node.create(role + "-" + number);
        made.add(node);
        return node;
    }

    private static void mtu(Node node, String link) throws IOException {
        node.ip("link", "set", link, "mtu", Integer.toString(MTU));
    }

    /** Which one it is of those that exist at the same time. */
    int number() {
        return number;
    }

    /** The host that sends. */
    Node h1() {
        return h1;
    }

    /** The gateway beside it. */
    Node g1() {
        return g1;
    }

    /** The gateway of the host that receives. */
    Node g2() {
        return g2;
    }

    /** The host that receives. */
    Node h2() {
        return h2;
    }

    /** Frames that left the sending host's interface. */
    long sent() throws IOException {
        return h1.statistic("a0", "tx_packets");
    }

    /** Frames that arrived at the receiving host's interface. */
    long arrived() throws IOException {
        return h2.statistic("b0", "rx_packets");
    }

    /** Frames that the kernel's own queues lost on the way, before any gateway program saw them. */
    long kernelLosses() throws IOException {
        return g1.statistic("a1", "rx_dropped")
                + g2.statistic("w2", "rx_dropped")
                + h2.statistic("b0", "rx_dropped");
    }

    @Override
    public void close() throws IOException {
        for (Node node : made) {
            node.delete();
        }
        made.clear();
    }
}

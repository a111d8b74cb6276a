// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.p4;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.bench.lab.ArrivalRate;
import org.getvpn.bench.lab.Node;

/**
 * The namespaces {@code h1 -a0- -a1- s -w1- -w0- h2}: one switch or router in the middle, with port
 * 1 towards h1, 2 towards h2 and 3 for a group member. Nobody listens at h2: what arrives is
 * counted.
 */
final class SwitchPath implements AutoCloseable {
    static final int LOCAL_PORT = 1;
    static final int WAN_PORT = 2;
    static final int MEMBER_PORT = 3;

    private final List<Node> made = new ArrayList<>();
    private final Node h1;
    private final Node middle;
    private final Node h2;
    private final Path log;

    /**
     * Makes all. Needs root.
     *
     * @param log takes what generators say
     */
    SwitchPath(Path log) throws IOException {
        this.log = log;
        try {
            h1 = node("h1");
            middle = node("s");
            h2 = node("h2");
            h1.cable("a0", middle, "a1");
            middle.cable("w1", h2, "w0");
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private Node node(String role) throws IOException {
        Node node = Node.create(role);
        made.add(node);
        return node;
    }

    /** Where the switch runs: hosts at a1, the WAN at w1. */
    Node middle() {
        return middle;
    }

    /** The MAC address of the middle's interface towards the host. */
    String routerMac() throws IOException {
        return middle.run("cat", "/sys/class/net/a1/address").strip();
    }

    /**
     * Packets that arrive each second while as many are sent as said.
     *
     * @param octets of an IP packet
     * @param offered each second; 0 for as many as the generator can
     * @param warmUp seconds before it is looked
     */
    double rate(String mac, int octets, long offered, int warmUp, int seconds) throws IOException {
        return ArrivalRate.measure(
                h1,
                mac,
                Integer.toString(octets),
                offered,
                this::arrived,
                warmUp,
                seconds,
                log.toFile());
    }

    private long arrived() throws IOException {
        return h2.statistic("w0", "rx_packets");
    }

    @Override
    public void close() throws IOException {
        for (Node node : made) {
            node.delete();
        }
        made.clear();
    }
}

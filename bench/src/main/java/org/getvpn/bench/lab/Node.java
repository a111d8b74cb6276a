// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One network namespace. */
public final class Node {
    /** Those that an interrupted run takes down at its end. */
    private static final Set<Node> LIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Node::deleteLeft));
    }

    private final String name;

    private Node(String name) {
        this.name = name;
    }

    /**
     * Makes it, without IPv6: no frame that nobody asked for. Needs root.
     *
     * @param role h1, g1, g2, h2 or ks
     */
    public static Node create(String role) throws IOException {
        Node node = new Node("gvbench-" + role + "-" + ProcessHandle.current().pid());
        Command.output("ip", "netns", "add", node.name);
        LIVE.add(node);
        node.run("sysctl", "-q", "-w", "net.ipv6.conf.default.disable_ipv6=1");
        node.run("sysctl", "-q", "-w", "net.ipv6.conf.all.disable_ipv6=1");
        node.ip("link", "set", "lo", "up");
        return node;
    }

    /** The words that start a program here. */
    public List<String> command(List<String> words) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(words);
        return all;
    }

    /** Runs a program here to its end; what it printed. */
    public String run(String... words) throws IOException {
        return Command.output(command(List.of(words)), "");
    }

    public void ip(String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of("ip", "-n", name));
        all.addAll(List.of(words));
        Command.output(all, "");
    }

    /** One of an interface's statistics, for example {@code rx_packets}. */
    public long statistic(String link, String counter) throws IOException {
        return Long.parseLong(
                run("cat", "/sys/class/net/" + link + "/statistics/" + counter).strip());
    }

    /** A veth to an interface of another node; both ends are up. */
    public void cable(String link, Node other, String otherLink) throws IOException {
        ip("link", "add", link, "type", "veth", "peer", "name", otherLink, "netns", other.name);
        ip("link", "set", link, "up");
        other.ip("link", "set", otherLink, "up");
    }

    /** Ends the processes in it before it goes. */
    public void delete() throws IOException {
        for (String pid : Command.output("ip", "netns", "pids", name).split("\\s+")) {
            if (!pid.isEmpty()) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        Command.output("ip", "netns", "delete", name);
        LIVE.remove(this);
    }

    private static void deleteLeft() {
        for (Node node : LIVE) {
            try {
                node.delete();
            } catch (IOException e) {
                System.err.println("still there: network namespace " + node.name);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.getvpn.app.config.Samples;
import org.getvpn.app.config.Site;
import org.getvpn.app.forwarding.Cabling;
import org.getvpn.app.forwarding.ForwardingTranslator;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.openflow.TestPacket;
import org.getvpn.app.p4.ProgramModel;
import org.getvpn.app.p4.TestFrame;
import org.getvpn.app.policy.Migration;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.app.policy.SitePolicy;
import org.onlab.packet.IpAddress;
import org.onosproject.core.DefaultApplicationId;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DeviceId;
import org.onosproject.net.Link;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.instructions.Instructions.OutputInstruction;

/**
 * A network made up at random: a core of a few switches, edges of both kinds with one or two sites
 * of two groups, WAN ports shared or not, some edges cabled to each other, some not at all. What
 * enters it is followed through the tables of every switch that it meets.
 */
final class MulticastNetwork {
    static final int ESP = 50;
    static final int BLUE_SPI = 0xaaaa;
    static final int RED_SPI = 0xbbbb;

    private static final int MOST_HOPS = 30;

    private final Random random;
    private final Map<ConnectPoint, ConnectPoint> cables = new HashMap<>();
    private final Map<DeviceId, DevicePlan> plans = new HashMap<>();
    private final Set<IpAddress> evicted = new HashSet<>();
    private final NetworkPolicy policy;
    private int sites;
    private int nextPort = 1000;

    MulticastNetwork(Random random, Map<String, Migration> migrations) {
        this.random = random;
        List<DeviceId> core = core();
        ObjectNode json = Samples.json();
        ((ObjectNode) json.get("keyServer")).put("attachment", core.get(0) + "/900");
        groups(json);
        ArrayNode written = json.putArray("sites");
        int edges = 2 + random.nextInt(3);
        for (int i = 1; i <= edges; i++) {
            edge(i, core, written);
        }
        policy =
                NetworkPolicy.of(
                                Samples.read(json),
                                Map.of("blue", Set.copyOf(evicted), "red", Set.copyOf(evicted)))
                        .at(migrations);
        Set<Link> links =
                cables.entrySet().stream()
                        .map(cable -> Cabling.link(cable.getKey(), cable.getValue()))
                        .collect(Collectors.toSet());
        Planner planner =
                new Planner(
                        new DefaultApplicationId(7, "org.getvpn"),
                        policy,
                        links,
                        List.of(),
                        new SwitchKindsDouble(),
                        Map.of("blue", Set.of(BLUE_SPI), "red", Set.of(RED_SPI)));
        planner.devices().forEach(device -> plans.put(device, planner.plan(device)));
    }

    /** Every site, admitted or not. */
    Collection<SitePolicy> sites() {
        return policy.sites();
    }

    private List<DeviceId> core() {
        List<DeviceId> core = new ArrayList<>();
        int switches = 1 + random.nextInt(4);
        for (int i = 0; i < switches; i++) {
            DeviceId added = DeviceId.deviceId(String.format("of:00000000000000c%d", i + 1));
            for (DeviceId before : core) {
                boolean isFirst = before.equals(core.get(0));
                if (isFirst && random.nextInt(8) > 0 || random.nextBoolean()) {
                    cable(point(added, nextPort++), point(before, nextPort++));
                }
            }
            core.add(added);
        }
        return core;
    }

    private static void groups(ObjectNode json) {
        ArrayNode groups = (ArrayNode) json.get("groups");
        ObjectNode red = groups.get(0).deepCopy();
        red.put("name", "red").put("id", 4321);
        groups.add(red);
        for (int i = 0; i < groups.size(); i++) {
            ObjectNode group = (ObjectNode) groups.get(i);
            group.putArray("members").add("10.0.0.0/8");
            ArrayNode lines = group.putArray("policy");
            line(lines, "10.0.0.0/8", "10.0.0.0/8");
            line(lines, "10.0.0.0/8", "239." + (i + 1) + ".0.0/16");
            line(lines, "2001:db8::/32", "ff0" + (i + 5) + "::/16");
        }
    }

    private static void line(ArrayNode lines, String source, String destination) {
        lines.addObject()
                .put("action", "PROTECT")
                .put("source", source)
                .put("destination", destination);
    }

    private void edge(int number, List<DeviceId> core, ArrayNode written) {
        boolean isP4 = random.nextBoolean();
        DeviceId device =
                DeviceId.deviceId(isP4 ? "device:p4-" + number : String.format("of:%016x", number));
        List<Integer> wan = List.of();
        int here = 1 + random.nextInt(2);
        for (int i = 0; i < here; i++) {
            boolean isShared = !isP4 && i > 0 && random.nextBoolean();
            wan = isShared ? shared(wan) : own(device, 100 * i, core);
            site(device, 100 * i, wan, written);
        }
    }

    private List<Integer> shared(List<Integer> wan) {
        return random.nextBoolean() ? wan : wan.subList(wan.size() - 1, wan.size());
    }

    private List<Integer> own(DeviceId device, int base, List<DeviceId> core) {
        List<Integer> wan = new ArrayList<>();
        int ports = 1 + random.nextInt(2);
        for (int i = 0; i < ports; i++) {
            int port = base + 20 + i;
            wan.add(port);
            int fate = random.nextInt(10);
            if (fate > 0) {
                DeviceId to = core.get(random.nextInt(core.size()));
                cable(point(device, port), point(to, nextPort++));
            }
        }
        return wan;
    }

    private void site(DeviceId device, int base, List<Integer> wan, ArrayNode written) {
        sites++;
        ObjectNode site =
                written.addObject()
                        .put("name", "site" + sites)
                        .put("group", random.nextInt(4) > 0 ? "blue" : "red")
                        .put("device", device.toString())
                        .put("memberPort", base + 9)
                        .put("memberAddress", "10." + sites + ".0.2");
        site.putArray("gateway").add("10." + sites + ".0.1").add("2001:db8:" + sites + "::1");
        site.putArray("prefixes").add("10." + sites + ".0.0/16").add("2001:db8:" + sites + "::/48");
        ArrayNode local = site.putArray("localPorts").add(base + 1);
        if (random.nextBoolean()) {
            local.add(base + 2);
        }
        wan.forEach(site.putArray("wanPorts")::add);
        if (random.nextInt(6) == 0) {
            evicted.add(IpAddress.valueOf("10." + sites + ".0.2"));
        }
    }

    private void cable(ConnectPoint one, ConnectPoint other) {
        cables.put(one, other);
        cables.put(other, one);
    }

    private static ConnectPoint point(DeviceId device, long port) {
        return new ConnectPoint(device, PortNumber.portNumber(port));
    }

    /** For whom looks at a failure. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        policy.sites()
                .forEach(
                        site ->
                                text.append('\n')
                                        .append(site.site().name())
                                        .append(' ')
                                        .append(site.site().group())
                                        .append(' ')
                                        .append(site.access())
                                        .append(' ')
                                        .append(site.site().device())
                                        .append(" wan ")
                                        .append(site.site().ports().wan()));
        cables.forEach((one, other) -> text.append('\n').append(one).append(" - ").append(other));
        return text.toString();
    }

    /** Whether copies can get from one site to another, through the core or past it. */
    boolean connects(Site from, Site to) {
        Set<ConnectPoint> entrances = new HashSet<>();
        from.ports().wan().forEach(port -> entrances.add(new ConnectPoint(from.device(), port)));
        Set<ConnectPoint> reached = new HashSet<>(entrances);
        List<ConnectPoint> open = new ArrayList<>(entrances);
        while (!open.isEmpty()) {
            ConnectPoint far = cables.get(open.remove(open.size() - 1));
            if (far == null || !reached.add(far) || isEdge(far.deviceId())) {
                continue;
            }
            cables.keySet().stream()
                    .filter(point -> point.deviceId().equals(far.deviceId()))
                    .filter(reached::add)
                    .forEach(open::add);
        }
        return policy.device(to.device()).attachedWith(policyOf(to)).stream()
                .map(SitePolicy::site)
                .anyMatch(
                        attached ->
                                attached == from
                                        || attached.ports().wan().stream()
                                                .map(p -> new ConnectPoint(to.device(), p))
                                                .anyMatch(p -> isEntered(p, reached, entrances)));
    }

    private static boolean isEntered(
            ConnectPoint point, Set<ConnectPoint> reached, Set<ConnectPoint> entrances) {
        return reached.contains(point) && !entrances.contains(point);
    }

    private SitePolicy policyOf(Site site) {
        return policy.sites().stream()
                .filter(each -> each.site() == site)
                .findFirst()
                .orElseThrow();
    }

    private boolean isEdge(DeviceId device) {
        return policy.sites().stream().anyMatch(site -> site.site().device().equals(device));
    }

    /** Copies that leave the network, by the port that they leave by. */
    Map<String, Integer> follow(
            DeviceId device, PortNumber in, String source, String group, int protocol) {
        Map<String, Integer> left = new TreeMap<>();
        int spi = group.startsWith("239.1.") || group.startsWith("ff05:") ? BLUE_SPI : RED_SPI;
        follow(new ConnectPoint(device, in), source, group, protocol, spi, left, 0);
        return left;
    }

    private void follow(
            ConnectPoint in,
            String source,
            String group,
            int protocol,
            int spi,
            Map<String, Integer> left,
            int hops) {
        if (hops > MOST_HOPS) {
            throw new AssertionError("a loop at " + in);
        }
        for (long port : outputs(in, source, group, protocol, spi)) {
            ConnectPoint out = point(in.deviceId(), port);
            ConnectPoint far = cables.get(out);
            if (far == null) {
                left.merge(out.toString(), 1, Integer::sum);
            } else {
                follow(far, source, group, protocol, spi, left, hops + 1);
            }
        }
    }

    private Collection<Long> outputs(
            ConnectPoint in, String source, String group, int protocol, int spi) {
        DevicePlan plan = plans.get(in.deviceId());
        long port = in.port().toLong();
        if (in.deviceId().uri().getScheme().equals("device")) {
            return new ProgramModel(List.copyOf(plan.rules().values()))
                    .outputs(
                            new TestFrame(port, source, group, protocol, spi, 9, false),
                            plan.groups());
        }
        TestPacket packet = new TestPacket(port, source, group, protocol, 9, 9, false);
        PolicyRule rule = decide(packet, plan, 0);
        if (rule != null && rule.rule().treatment().tableTransition() != null) {
            rule = decide(packet, plan, 1);
        }
        return rule == null
                ? List.of()
                : rule.rule().treatment().allInstructions().stream()
                        .filter(OutputInstruction.class::isInstance)
                        .map(output -> ((OutputInstruction) output).port().toLong())
                        .filter(out -> out != port) // as OpenFlow leaves it out
                        .collect(Collectors.toList());
    }

    private static PolicyRule decide(TestPacket packet, DevicePlan plan, int table) {
        return packet.decide(
                        plan.rules().values().stream()
                                .filter(
                                        rule ->
                                                rule.rule()
                                                                .table()
                                                                .equals(ForwardingTranslator.TABLE)
                                                        == (table == 1))
                                .collect(Collectors.toList()))
                .orElse(null);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.RekeyGroup;
import org.getvpn.app.policy.SitePolicy;
import org.onosproject.core.ApplicationId;
import org.onosproject.core.GroupId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.flow.instructions.Instruction;
import org.onosproject.net.flow.instructions.PiInstruction;
import org.onosproject.net.group.DefaultGroupBucket;
import org.onosproject.net.group.DefaultGroupDescription;
import org.onosproject.net.group.DefaultGroupKey;
import org.onosproject.net.group.GroupBuckets;
import org.onosproject.net.group.GroupDescription;
import org.onosproject.net.pi.runtime.PiAction;
import org.onosproject.net.pi.runtime.PiTableAction;

/**
 * Who gets copies of multicast at one switch, as multicast groups of P4Runtime: of rekeys, the
 * members that listen (a switch with sites is a leaf of their tree); of data, what {@link
 * SiteCopies} says. A group's number follows from its ports, so that entries can name it before it
 * exists and a restarted controller finds it again; other ports are another group.
 */
public final class Replicas {
    /** Numbers are 1 to 32767: 0 is no group, and bmv2 keeps the upper half for itself. */
    private static final int NUMBERS = 0x7fff;

    private final DeviceId device;
    private final Map<RekeyGroup, SortedSet<PortNumber>> listening = new LinkedHashMap<>();
    private final Map<SitePolicy, SiteCopies> data = new LinkedHashMap<>();
    private final Map<String, SortedSet<PortNumber>> ports = new TreeMap<>();
    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    /**
     * @param branches ports that lead on to who receives what a site sends to groups
     */
    Replicas(DevicePolicy policy, Function<SitePolicy, SortedSet<PortNumber>> branches) {
        this.device = policy.device();
        for (SitePolicy site : policy.sites()) {
            site.rekeyGroup()
                    .ifPresent(
                            group ->
                                    listening
                                            .computeIfAbsent(group, g -> SiteCopies.none())
                                            .add(site.site().memberPort()));
            data.put(site, new SiteCopies(site, branches.apply(site)));
        }
        listening.values().forEach(members -> ports.put(name(members), members));
        data.values().stream()
                .flatMap(copies -> copies.all().stream())
                .forEach(each -> ports.put(name(each), each));
        for (String name : ports.keySet()) { // in order, so that equal hashes part alike each time
            CRC32 crc = new CRC32();
            crc.update(name.getBytes(StandardCharsets.US_ASCII));
            int number = (int) (crc.getValue() % NUMBERS);
            while (numbers.containsValue(number + 1)) {
                number = (number + 1) % NUMBERS;
            }
            numbers.put(name, number + 1);
        }
    }

    /** Where rekeys come to that some member of the switch listens to. */
    List<RekeyGroup> listenedTo() {
        return List.copyOf(listening.keySet());
    }

    /** Ports of the members who listen to rekeys. */
    SortedSet<PortNumber> listeners(RekeyGroup group) {
        return listening.get(group);
    }

    /** Who gets copies of data at a site of the switch. */
    SiteCopies of(SitePolicy site) {
        return data.get(site);
    }

    /** The number of the multicast group of {@code copies}, 1 to 32767. */
    int number(SortedSet<PortNumber> copies) {
        return numbers.get(name(copies));
    }

    /** What the application asks ONOS for. */
    List<GroupDescription> groups(ApplicationId application) {
        List<GroupDescription> groups = new ArrayList<>();
        ports.forEach(
                (name, members) ->
                        groups.add(
                                new DefaultGroupDescription(
                                        device,
                                        GroupDescription.Type.ALL,
                                        buckets(members),
                                        new DefaultGroupKey(
                                                name.getBytes(StandardCharsets.US_ASCII)),
                                        numbers.get(name),
                                        application)));
        return groups;
    }

    private static GroupBuckets buckets(SortedSet<PortNumber> members) {
        return new GroupBuckets(
                members.stream()
                        .map(
                                port ->
                                        DefaultGroupBucket.createAllGroupBucket(
                                                DefaultTrafficTreatment.builder()
                                                        .setOutput(port)
                                                        .build()))
                        .collect(Collectors.toList()));
    }

    private static String name(SortedSet<PortNumber> members) {
        return members.stream()
                .map(port -> Long.toString(port.toLong()))
                .collect(Collectors.joining(",", "getvpn-copies:", ""));
    }

    /** The group that must be there before {@code rule}; empty if it names none. */
    public static Optional<GroupId> namedBy(FlowRule rule) {
        return rule.treatment().allInstructions().stream()
                .filter(each -> each.type() == Instruction.Type.PROTOCOL_INDEPENDENT)
                .map(each -> ((PiInstruction) each).action())
                .filter(action -> action.type() == PiTableAction.Type.ACTION)
                .map(action -> Action.group((PiAction) action))
                .filter(group -> group.isPresent())
                .map(group -> new GroupId(group.getAsInt()))
                .findFirst();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.app.openflow.PolicyRule;
import org.onlab.packet.IpAddress;
import org.onosproject.net.flow.criteria.Criterion;
import org.onosproject.net.flow.criteria.PiCriterion;
import org.onosproject.net.flow.instructions.Instruction;
import org.onosproject.net.flow.instructions.Instructions.OutputInstruction;
import org.onosproject.net.flow.instructions.PiInstruction;
import org.onosproject.net.group.GroupDescription;
import org.onosproject.net.pi.runtime.PiAction;
import org.onosproject.net.pi.runtime.PiExactFieldMatch;
import org.onosproject.net.pi.runtime.PiFieldMatch;
import org.onosproject.net.pi.runtime.PiLpmFieldMatch;
import org.onosproject.net.pi.runtime.PiTernaryFieldMatch;

/** The control flow of {@code group_member.p4} over entries, written anew from the program. */
public final class ProgramModel {
    private final Map<String, List<PolicyRule>> tables;

    /** What became of a packet: where it went, and the entry that said so; none for a default. */
    static final class Fate {
        final String where;
        final Optional<PolicyRule> by;

        Fate(String where, Optional<PolicyRule> by) {
            this.where = where;
            this.by = by;
        }
    }

    /** A switch with these entries. */
    public ProgramModel(List<PolicyRule> entries) {
        tables =
                entries.stream()
                        .collect(Collectors.groupingBy(entry -> entry.rule().table().toString()));
    }

    /** {@code drop}, {@code forward} before the routes, or {@code OUTPUT:port}. */
    Fate decide(TestFrame frame) {
        Optional<PolicyRule> role = look(Table.PORT_ROLE, frame, 0);
        if (role.isEmpty()) {
            return new Fate("drop", role);
        }
        long kind = parameter(role.get(), "role");
        long site = parameter(role.get(), "site");
        IpAddress.Version version = frame.source.version();
        Optional<PolicyRule> punt = look(Table.PUNT, frame, kind);
        if (punt.isPresent()) {
            return fate(punt);
        }
        if (kind == Role.LOCAL.number()) {
            Optional<PolicyRule> source = look(Table.SOURCE_GUARD.of(version), frame, site);
            if (source.isEmpty() || action(source.get()).equals("drop")) {
                return new Fate("drop", source);
            }
            return fate(look(Table.OUTBOUND_POLICY.of(version), frame, site));
        }
        if (kind == Role.MEMBER.number()) {
            return fate(look(Table.MEMBER_GUARD.of(version), frame, site));
        }
        Optional<PolicyRule> spi =
                frame.isEsp() ? look(Table.INBOUND_SPI, frame, site) : Optional.empty();
        return spi.isPresent() ? fate(spi) : fate(look(Table.WAN_GUARD.of(version), frame, site));
    }

    /** By which ports copies of a packet leave, or it itself; none if it is dropped or routed. */
    public Set<Long> outputs(TestFrame frame, List<GroupDescription> groups) {
        Fate fate = decide(frame);
        if (!fate.where.startsWith("REPLICATE:")) {
            return fate.where.startsWith("OUTPUT:")
                    ? Set.of(Long.parseLong(fate.where.substring("OUTPUT:".length())))
                    : Set.of();
        }
        PolicyRule by = fate.by.orElseThrow();
        long onlyTo = action(by).equals("copy") ? Role.MEMBER.number() : parameter(by, "only_to");
        return groups.stream()
                .filter(group -> group.givenGroupId() == parameter(by, "group"))
                .flatMap(group -> group.buckets().buckets().stream())
                .map(bucket -> (OutputInstruction) bucket.treatment().allInstructions().get(0))
                .map(output -> output.port().toLong())
                .filter(port -> port != frame.inPort)
                .filter(port -> onlyTo == 0 || permitsCopy(onlyTo, port))
                .collect(Collectors.toSet());
    }

    private boolean permitsCopy(long onlyTo, long port) {
        return tables.getOrDefault(Table.COPY_GUARD.id().toString(), List.of()).stream()
                .anyMatch(
                        entry ->
                                exact(entry, "only_to").equals(BigInteger.valueOf(onlyTo))
                                        && exact(entry, "port").equals(BigInteger.valueOf(port)));
    }

    private static BigInteger exact(PolicyRule entry, String name) {
        PiCriterion fields =
                (PiCriterion)
                        entry.rule().selector().getCriterion(Criterion.Type.PROTOCOL_INDEPENDENT);
        return fields.fieldMatches().stream()
                .filter(field -> field.fieldId().id().equals(name))
                .map(field -> number(((PiExactFieldMatch) field).value().asArray()))
                .findFirst()
                .orElseThrow();
    }

    private static Fate fate(Optional<PolicyRule> entry) {
        if (entry.isEmpty()) {
            return new Fate("drop", entry);
        }
        switch (action(entry.get())) {
            case "drop":
                return new Fate("drop", entry);
            case "protect":
            case "to_member":
                return new Fate("OUTPUT:" + parameter(entry.get(), "member_port"), entry);
            case "send_to_controller":
                return new Fate("OUTPUT:CONTROLLER", entry);
            case "copy":
            case "replicate":
                return new Fate("REPLICATE:" + parameter(entry.get(), "group"), entry);
            default:
                return new Fate("forward", entry);
        }
    }

    private Optional<PolicyRule> look(Table table, TestFrame frame, long site) {
        List<PolicyRule> hits =
                tables.getOrDefault(table.id().toString(), List.of()).stream()
                        .filter(entry -> rank(entry, frame, site) >= 0)
                        .collect(Collectors.toList());
        PolicyRule best = null;
        for (PolicyRule hit : hits) {
            long ours = rank(hit, frame, site);
            long theirs = best == null ? -1 : rank(best, frame, site);
            if (ours == theirs && !hit.rule().treatment().equals(best.rule().treatment())) {
                throw new AssertionError("the program leaves open which wins for " + frame);
            }
            best = ours > theirs ? hit : best;
        }
        return Optional.ofNullable(best);
    }

    /** Priority, or prefix length where that decides; -1 for no match. */
    private static long rank(PolicyRule entry, TestFrame frame, long site) {
        PiCriterion fields =
                (PiCriterion)
                        entry.rule().selector().getCriterion(Criterion.Type.PROTOCOL_INDEPENDENT);
        long longest = 0;
        for (PiFieldMatch field : fields.fieldMatches()) {
            BigInteger value = value(field.fieldId().id(), frame, site);
            if (field instanceof PiExactFieldMatch) {
                if (!number(((PiExactFieldMatch) field).value().asArray()).equals(value)) {
                    return -1;
                }
            } else if (field instanceof PiTernaryFieldMatch) {
                BigInteger mask = number(((PiTernaryFieldMatch) field).mask().asArray());
                if (!value.and(mask)
                        .equals(number(((PiTernaryFieldMatch) field).value().asArray()))) {
                    return -1;
                }
            } else {
                PiLpmFieldMatch lpm = (PiLpmFieldMatch) field;
                longest = lpm.prefixLength();
                int rest = lpm.value().size() * 8 - lpm.prefixLength();
                if (!value.shiftRight(rest)
                        .equals(number(lpm.value().asArray()).shiftRight(rest))) {
                    return -1;
                }
            }
        }
        return entry.rule().priority() * 256L + longest;
    }

    private static BigInteger value(String field, TestFrame frame, long site) {
        switch (field) {
            case "ipv4_src":
            case "ipv6_src":
                return number(frame.source.toOctets());
            case "ipv4_dst":
            case "ipv6_dst":
                return number(frame.destination.toOctets());
            default:
                return BigInteger.valueOf(small(field, frame, site));
        }
    }

    /** Table {@code punt} has the role where others have the site. */
    private static long small(String field, TestFrame frame, long site) {
        switch (field) {
            case "port":
                return frame.inPort;
            case "site":
            case "role":
                return site;
            case "ether_type":
                return frame.source.isIp4() ? 0x0800 : 0x86dd;
            case "nd":
                return frame.isDiscovery() ? 1 : 0;
            case "esp":
                return frame.isEsp() ? 1 : 0;
            case "gdoi":
                return frame.isGdoi() ? 1 : 0;
            case "spi":
                return Integer.toUnsignedLong(frame.spi);
            case "protocol":
                return frame.protocol;
            case "src_port":
                return frame.sourcePort;
            case "dst_port":
                return frame.destinationPort;
            case "icmp_type":
                return frame.icmpType;
            default:
                throw new AssertionError("no meaning for " + field);
        }
    }

    static PiAction piAction(PolicyRule entry) {
        Instruction instruction = entry.rule().treatment().allInstructions().get(0);
        return (PiAction) ((PiInstruction) instruction).action();
    }

    static String action(PolicyRule entry) {
        return piAction(entry).id().id().replace("GroupMember.", "");
    }

    private static long parameter(PolicyRule entry, String name) {
        return piAction(entry).parameters().stream()
                .filter(p -> p.id().id().equals(name))
                .map(p -> number(p.value().asArray()).longValueExact())
                .findFirst()
                .orElseThrow();
    }

    private static BigInteger number(byte[] octets) {
        return new BigInteger(1, octets);
    }
}

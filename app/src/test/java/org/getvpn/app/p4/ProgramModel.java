// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.getvpn.app.openflow.PolicyRule;
import org.onosproject.net.flow.criteria.Criterion;
import org.onosproject.net.flow.criteria.PiCriterion;
import org.onosproject.net.flow.instructions.Instruction;
import org.onosproject.net.flow.instructions.PiInstruction;
import org.onosproject.net.pi.runtime.PiAction;
import org.onosproject.net.pi.runtime.PiExactFieldMatch;
import org.onosproject.net.pi.runtime.PiFieldMatch;
import org.onosproject.net.pi.runtime.PiLpmFieldMatch;
import org.onosproject.net.pi.runtime.PiTernaryFieldMatch;

/** The control flow of {@code group_member.p4} over entries, written anew from the program. */
final class ProgramModel {
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

    ProgramModel(List<PolicyRule> entries) {
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
        if (kind == Role.LOCAL.number()) {
            Optional<PolicyRule> source = look(Table.SOURCE_GUARD, frame, site);
            if (source.isEmpty() || action(source.get()).equals("drop")) {
                return new Fate("drop", source);
            }
            return fate(look(Table.OUTBOUND_POLICY, frame, site));
        }
        if (kind == Role.MEMBER.number()) {
            return fate(look(Table.MEMBER_GUARD, frame, site));
        }
        Optional<PolicyRule> spi =
                frame.isEsp() ? look(Table.INBOUND_SPI, frame, site) : Optional.empty();
        return spi.isPresent() ? fate(spi) : fate(look(Table.WAN_GUARD, frame, site));
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
            case "to_members":
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
            long value = value(field.fieldId().id(), frame, site);
            if (field instanceof PiExactFieldMatch) {
                if (number(((PiExactFieldMatch) field).value().asArray()) != value) {
                    return -1;
                }
            } else if (field instanceof PiTernaryFieldMatch) {
                long mask = number(((PiTernaryFieldMatch) field).mask().asArray()) & 0xffffffffL;
                long wanted = number(((PiTernaryFieldMatch) field).value().asArray()) & 0xffffffffL;
                if ((value & mask) != wanted) {
                    return -1;
                }
            } else {
                PiLpmFieldMatch lpm = (PiLpmFieldMatch) field;
                longest = lpm.prefixLength();
                long mask = 0xffffffffL << (32 - longest) & 0xffffffffL;
                if ((value & mask) != number(lpm.value().asArray())) {
                    return -1;
                }
            }
        }
        return entry.rule().priority() * 64L + longest;
    }

    private static long value(String field, TestFrame frame, long site) {
        switch (field) {
            case "port":
                return frame.inPort;
            case "site":
                return site;
            case "esp":
                return frame.isEsp() ? 1 : 0;
            case "gdoi":
                return frame.isGdoi() ? 1 : 0;
            case "spi":
                return Integer.toUnsignedLong(frame.spi);
            case "ipv4_src":
                return Integer.toUnsignedLong(frame.source.toInt());
            case "ipv4_dst":
                return Integer.toUnsignedLong(frame.destination.toInt());
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
                .map(p -> number(p.value().asArray()))
                .findFirst()
                .orElseThrow();
    }

    private static long number(byte[] octets) {
        long number = 0;
        for (byte octet : octets) {
            number = number << 8 | octet & 0xff;
        }
        return number;
    }
}

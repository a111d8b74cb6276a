// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.onosproject.net.DeviceId;
import org.onosproject.net.flow.DefaultFlowEntry;
import org.onosproject.net.flow.DefaultFlowRule;
import org.onosproject.net.flow.FlowEntry;
import org.onosproject.net.flow.FlowEntry.FlowEntryState;
import org.onosproject.net.flow.FlowRule;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFFlowStatsEntry;
import org.projectfloodlight.openflow.protocol.instruction.OFInstruction;

/**
 * Compares what a switch holds with what ONOS's store holds for it, once.
 *
 * <p>Comparison is by what OpenFlow calls the same entry (table, priority, match), cookie and
 * instructions:
 *
 * <ul>
 *   <li>Same place, cookie and instructions: the rule is there; reported with its counters.
 *   <li>Same place, something else: somebody changed the entry. It is not reported, so the core
 *       installs the stored rule again, and one FLOW_MOD replaces the wrong entry without a gap.
 *       (Reporting it would make the core delete first and add later.)
 *   <li>A place the store does not know: a foreign entry, reported under the flow id that its
 *       cookie says; the core takes it into its store ({@code importExtraneousRules}) and never
 *       deletes it on its own.
 *   <li>A foreign entry in the store that the switch no longer holds: to be withdrawn from the
 *       store, lest the core installs what nobody here asked for.
 * </ul>
 */
final class FlowTableReading {
    private final OFFactory factory;
    private final DeviceId device;
    private final Map<EntryKey, FlowEntry> stored = new HashMap<>();
    private final Predicate<FlowRule> foreign;

    private final List<FlowEntry> present = new ArrayList<>();
    private final List<FlowEntry> withdrawn = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();
    private int changed;

    /**
     * Compares.
     *
     * @param stored the store's entries of the device
     * @param foreignBefore ids of those entries that earlier readings found on the switch, as
     *     opposed to those that an application asked for
     * @param reported the complete answer of the switch
     */
    FlowTableReading(
            OFFactory factory,
            DeviceId device,
            Iterable<FlowEntry> stored,
            Predicate<FlowRule> foreign,
            List<OFFlowStatsEntry> reported) {
        this.factory = factory;
        this.device = device;
        this.foreign = foreign;
        Set<FlowEntry> unseenForeign = new HashSet<>();
        for (FlowEntry entry : stored) {
            if (foreign.test(entry)) {
                unseenForeign.add(entry);
            }
            store(entry);
        }
        for (OFFlowStatsEntry entry : reported) {
            FlowEntry known = compare(entry);
            if (known != null) {
                unseenForeign.remove(known);
            }
        }
        withdrawn.addAll(unseenForeign);
    }

    /** Entries to report to the core: rules that are in place, and foreign ones. */
    List<FlowEntry> present() {
        return present;
    }

    /** Foreign entries to take out of the store before {@link #present} is reported, as stored. */
    List<FlowEntry> withdrawn() {
        return withdrawn;
    }

    /** Entries that ONOS cannot express, described; nobody but the switch knows of them. */
    List<String> unreadable() {
        return unreadable;
    }

    /**
     * Number of entries in the place of a stored rule, with another cookie or other instructions.
     */
    int changed() {
        return changed;
    }

    /** {@code entry} in the form that makes the core forget it instead of installing it again. */
    static FlowEntry expired(FlowRule entry) {
        FlowRule gone =
                DefaultFlowRule.builder()
                        .forDevice(entry.deviceId())
                        .forTable(entry.tableId())
                        .withPriority(entry.priority())
                        .withSelector(entry.selector())
                        .withTreatment(entry.treatment())
                        .withCookie(entry.id().value())
                        .makePermanent()
                        .withReason(FlowRule.FlowRemoveReason.HARD_TIMEOUT)
                        .build();
        return new DefaultFlowEntry(gone, FlowEntryState.REMOVED);
    }

    private void store(FlowEntry entry) {
        try {
            // an application's rule goes before a foreign entry in the same place
            stored.merge(EntryKey.of(factory, entry), entry, (a, b) -> foreign.test(a) ? b : a);
        } catch (IllegalArgumentException e) {
            unreadable.add("in the store: " + e.getMessage());
        }
    }

    /** Returns the stored entry that is in place, or null. */
    private FlowEntry compare(OFFlowStatsEntry entry) {
        FlowEntry known = stored.get(EntryKey.of(entry));
        if (known != null && same(known, entry)) {
            present.add(counted(known, entry));
            return known;
        }
        if (known != null && !foreign.test(known)) {
            changed++;
            return null;
        }
        unknown(entry);
        return null;
    }

    private void unknown(OFFlowStatsEntry entry) {
        try {
            InstructionReader instructions = new InstructionReader(entry.getInstructions());
            FlowRule rule =
                    DefaultFlowRule.builder()
                            .forDevice(device)
                            .forTable(entry.getTableId().getValue())
                            .withPriority(entry.getPriority())
                            .withSelector(MatchReader.read(entry.getMatch()))
                            .withTreatment(instructions.treatment())
                            .withCookie(entry.getCookie().getValue())
                            .makePermanent()
                            .build();
            if (!instructions.complete()) {
                unreadable.add("instructions of " + entry);
            }
            present.add(counted(rule, entry));
        } catch (IllegalArgumentException e) {
            unreadable.add(e.getMessage() + " in " + entry);
        }
    }

    private boolean same(FlowEntry known, OFFlowStatsEntry entry) {
        if (known.id().value() != entry.getCookie().getValue()) {
            return false;
        }
        if (foreign.test(known)) {
            InstructionReader read = new InstructionReader(entry.getInstructions());
            return known.treatment().equals(read.treatment());
        }
        return ordered(InstructionWriter.instructions(factory, known.treatment()))
                .equals(ordered(entry.getInstructions()));
    }

    /** Instructions in the order of their execution; switches report them in any order. */
    private static List<OFInstruction> ordered(List<OFInstruction> instructions) {
        List<OFInstruction> ordered = new ArrayList<>(instructions);
        ordered.sort(Comparator.comparing(OFInstruction::getType));
        return ordered;
    }

    private static FlowEntry counted(FlowRule rule, OFFlowStatsEntry entry) {
        long life = TimeUnit.SECONDS.toNanos(entry.getDurationSec()) + entry.getDurationNsec();
        return new DefaultFlowEntry(
                rule,
                FlowEntryState.ADDED,
                life,
                TimeUnit.NANOSECONDS,
                entry.getPacketCount().getValue(),
                entry.getByteCount().getValue());
    }
}

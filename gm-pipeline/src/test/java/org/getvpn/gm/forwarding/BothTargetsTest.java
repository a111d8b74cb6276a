// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.getvpn.gm.forwarding.CompiledProgram.Row;
import org.getvpn.gm.forwarding.TargetSwitch.Arrival;
import org.getvpn.gm.forwarding.TargetSwitch.Passage;
import org.getvpn.gm.p4.MatchKind;
import org.getvpn.gm.p4.TableShape;
import org.getvpn.gm.p4runtime.PipelineInfo;
import org.getvpn.gm.p4runtime.SwitchController;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import p4.v1.P4RuntimeOuterClass.FieldMatch;
import p4.v1.P4RuntimeOuterClass.TableEntry;
import p4.v1.P4RuntimeOuterClass.Update;

/**
 * The software switch and bmv2, each a P4Runtime target behind gRPC: the same updates, the same
 * frames, and the same copies of each frame at the same ports, the same frames to the controller,
 * the same counters.
 */
class BothTargetsTest {
    private static final int POLICIES = 200;
    private static final int PACKETS = 400;
    private static final int RUNT = 14; // no interface hands a frame without Ethernet header over

    private final List<TableShape> tables = PipelineInfo.load().tables();
    private SoftwareTarget software;
    private BehavioralModel model;

    @BeforeEach
    void startBoth() throws Exception {
        Optional<Path> program = BehavioralModel.installed();
        assumeTrue(program.isPresent(), BehavioralModel.MISSING);
        software = new SoftwareTarget();
        model = new BehavioralModel(program.get());
    }

    @AfterEach
    void endBoth() {
        Stream.of(software, model).filter(Objects::nonNull).forEach(TargetSwitch::close);
    }

    @Test
    void randomPoliciesTreatRandomPacketsAlikeOnBoth() throws Exception {
        Random random = new Random(20261128);
        int copied = 0;
        int copiedIpv6 = 0;
        int punted = 0;
        int puntedIpv6 = 0;
        int replicated = 0;
        int replicatedIpv6 = 0;
        long copiesPermitted = 0;
        long copiesForbidden = 0;
        for (int policy = 0; policy < POLICIES; policy++) {
            List<Update> inserts = policy(random);
            software.controller().write(inserts);
            model.controller().write(inserts);
            List<Arrival> arrivals = arrivals(random);
            Passage ours = software.pass(arrivals);
            Passage theirs = model.pass(arrivals);
            for (int i = 0; i < arrivals.size(); i++) {
                Arrival arrival = arrivals.get(i);
                assertEquals(
                        theirs.copies().get(i),
                        ours.copies().get(i),
                        "policy "
                                + policy
                                + ", "
                                + TargetSwitch.at(arrival.port(), arrival.frame()));
                if (!ours.copies().get(i).isEmpty()) {
                    copied++;
                    copiedIpv6 += isIpv6(ours.copies().get(i).get(0)) ? 1 : 0;
                }
                if (ours.copies().get(i).size() > 1) {
                    replicated++;
                    replicatedIpv6 += isIpv6(ours.copies().get(i).get(0)) ? 1 : 0;
                }
            }
            assertEquals(theirs.punted(), ours.punted(), "policy " + policy);
            punted += ours.punted().size();
            puntedIpv6 += (int) ours.punted().stream().filter(BothTargetsTest::isIpv6).count();
            assertEquals(counters(model), counters(software), "policy " + policy);
            copiesPermitted += copies(ProgramTables.PERMIT_COPY);
            copiesForbidden += copies(ProgramTables.DROP_COPY);
            List<Update> deletes =
                    inserts.stream()
                            .map(u -> u.toBuilder().setType(Update.Type.DELETE).build())
                            .toList();
            software.controller().write(deletes);
            model.controller().write(deletes);
        }
        assertNull(software.firstDefect());
        assertTrue(copied - copiedIpv6 >= 1000, copied + " packets left by a port");
        assertTrue(copiedIpv6 >= 1000, copiedIpv6 + " IPv6 packets left by a port");
        assertTrue(replicated - replicatedIpv6 >= 1000, replicated + " packets left by several");
        assertTrue(replicatedIpv6 >= 1000, replicatedIpv6 + " IPv6 packets left by several");
        assertTrue(copiesPermitted >= 1000, copiesPermitted + " copies were permitted");
        assertTrue(copiesForbidden >= 100, copiesForbidden + " copies were forbidden by a line");
        assertTrue(punted - puntedIpv6 >= 100, punted + " packets went to the controller");
        assertTrue(puntedIpv6 >= 100, puntedIpv6 + " IPv6 packets went to the controller");
    }

    /** A frame as {@link TargetSwitch#at} writes it. */
    private static boolean isIpv6(String frame) {
        return frame.startsWith("86dd", frame.indexOf(' ') + 1 + 2 * 12);
    }

    /** As the lines of the guard with this action counted them. */
    private long copies(int action) {
        SwitchController c = software.controller();
        return c.entries().stream()
                .filter(entry -> entry.getTableId() == c.table("copy_guard").id())
                .filter(entry -> entry.getAction().getAction().getActionId() == action)
                .mapToLong(entry -> entry.getCounterData().getPacketCount())
                .sum();
    }

    private List<Update> policy(Random random) {
        List<Update> inserts = new ArrayList<>();
        Set<List<FieldMatch>> keys = new HashSet<>();
        RandomRows rows = new RandomRows(random);
        rows.groups()
                .forEach((group, ports) -> inserts.add(SwitchController.insertGroup(group, ports)));
        for (TableShape table : tables) {
            for (Row row : rows.of(table)) {
                Update insert = insert(table, row);
                TableEntry entry = insert.getEntity().getTableEntry();
                List<FieldMatch> key = new ArrayList<>(entry.getMatchList());
                key.add(FieldMatch.newBuilder().setFieldId(entry.getTableId()).build());
                if (table.hasPriorities() || keys.add(key)) { // else drawn twice
                    inserts.add(insert);
                }
            }
        }
        return inserts;
    }

    private Update insert(TableShape table, Row row) {
        SwitchController.EntryText entry = software.controller().entry(row.table());
        for (int i = 0; i < table.fields().size(); i++) {
            TableShape.Field field = table.fields().get(i);
            BigInteger value = row.values().get(i);
            if (field.kind() == MatchKind.EXACT) {
                entry.exact(field.name(), value);
            } else if (field.kind() == MatchKind.LPM) {
                entry.prefix(field.name(), value, row.rank());
            } else {
                entry.ternary(field.name(), value, row.masks().get(i));
            }
        }
        if (table.hasPriorities()) {
            entry.priority(row.rank());
        }
        return entry.action(
                        row.action(),
                        row.parameters().stream().mapToLong(Long::longValue).toArray())
                .insert();
    }

    private static List<Arrival> arrivals(Random random) {
        RandomPackets packets = new RandomPackets(random);
        List<Arrival> arrivals = new ArrayList<>();
        while (arrivals.size() < PACKETS) {
            byte[] frame = packets.next();
            if (frame.length >= RUNT) {
                arrivals.add(new Arrival(1 + random.nextInt(TargetSwitch.PORTS), frame));
            }
        }
        return arrivals;
    }

    /** Packets and octets that each entry counted, as a controller reads them. */
    private static Map<String, String> counters(TargetSwitch target) {
        Map<String, String> counters = new TreeMap<>();
        for (TableEntry entry : target.controller().entries()) {
            counters.put(
                    key(entry),
                    entry.getCounterData().getPacketCount()
                            + " packets, "
                            + entry.getCounterData().getByteCount()
                            + " octets");
        }
        assertTrue(!counters.isEmpty());
        return counters;
    }

    private static String key(TableEntry entry) {
        StringBuilder key = new StringBuilder().append(entry.getTableId());
        entry.getMatchList().stream()
                .sorted(Comparator.comparingInt(FieldMatch::getFieldId))
                .forEach(
                        match ->
                                key.append(' ')
                                        .append(match.getFieldId())
                                        .append('=')
                                        .append(number(match.getExact().getValue()))
                                        .append(number(match.getTernary().getValue()))
                                        .append('&')
                                        .append(number(match.getTernary().getMask()))
                                        .append(number(match.getLpm().getValue()))
                                        .append('/')
                                        .append(match.getLpm().getPrefixLen()));
        return key.append(" priority ").append(entry.getPriority()).toString();
    }

    private static BigInteger number(ByteString value) {
        return new BigInteger(1, value.toByteArray());
    }
}

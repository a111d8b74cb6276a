// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onosproject.net.pi.model.PiActionModel;
import org.onosproject.net.pi.model.PiActionParamId;
import org.onosproject.net.pi.model.PiActionProfileId;
import org.onosproject.net.pi.model.PiActionProfileModel;
import org.onosproject.net.pi.model.PiCounterId;
import org.onosproject.net.pi.model.PiCounterModel;
import org.onosproject.net.pi.model.PiCounterType;
import org.onosproject.net.pi.model.PiMatchFieldId;
import org.onosproject.net.pi.model.PiMatchType;
import org.onosproject.net.pi.model.PiMeterId;
import org.onosproject.net.pi.model.PiMeterModel;
import org.onosproject.net.pi.model.PiPacketMetadataId;
import org.onosproject.net.pi.model.PiPacketOperationModel;
import org.onosproject.net.pi.model.PiPacketOperationType;
import org.onosproject.net.pi.model.PiPipelineModel;
import org.onosproject.net.pi.model.PiRegisterId;
import org.onosproject.net.pi.model.PiRegisterModel;
import org.onosproject.net.pi.model.PiTableId;
import org.onosproject.net.pi.model.PiTableModel;

/**
 * What ONOS has to know of a program, read from its p4info: tables with direct counters, actions,
 * indexed meters, packet headers. Direct meters, registers, action profiles and indirect counters
 * are not read.
 */
final class P4InfoModel implements PiPipelineModel {
    private final String architecture;
    private final Map<PiTableId, PiTableModel> tables = new LinkedHashMap<>();
    private final Map<PiCounterId, PiCounterModel> counters = new LinkedHashMap<>();
    private final Map<PiMeterId, PiMeterModel> meters = new LinkedHashMap<>();
    private final Map<PiPacketOperationType, PiPacketOperationModel> packets =
            new LinkedHashMap<>();

    /**
     * @param text of a p4info, protobuf's text format
     * @throws IllegalArgumentException for what is none
     */
    P4InfoModel(String text) {
        P4InfoText info = P4InfoText.read(text);
        architecture = info.block("pkg_info").map(pkg -> pkg.value("arch")).orElse(null);
        Map<Long, PiActionModel> actions = new LinkedHashMap<>();
        for (P4InfoText action : info.blocks("actions")) {
            actions.put(id(action), new ModelAction(name(action), parameters(action)));
        }
        Map<Long, PiCounterModel> countersOfTable = new LinkedHashMap<>();
        Map<Long, PiTableId> tableIds = new LinkedHashMap<>();
        info.blocks("tables").forEach(table -> tableIds.put(id(table), PiTableId.of(name(table))));
        for (P4InfoText counter : info.blocks("direct_counters")) {
            long table = counter.number("direct_table_id");
            PiCounterModel model =
                    new ModelCounter(
                            PiCounterId.of(name(counter)), unit(counter), tableIds.get(table));
            counters.put(model.id(), model);
            countersOfTable.put(table, model);
        }
        for (P4InfoText table : info.blocks("tables")) {
            PiTableModel model =
                    ModelTable.read(
                            table, actions, Optional.ofNullable(countersOfTable.get(id(table))));
            tables.put(model.id(), model);
        }
        for (P4InfoText meter : info.blocks("meters")) {
            PiMeterModel model = new ModelMeter(meter);
            meters.put(model.id(), model);
        }
        for (P4InfoText header : info.blocks("controller_packet_metadata")) {
            PiPacketOperationType type =
                    PiPacketOperationType.valueOf(name(header).toUpperCase(java.util.Locale.ROOT));
            packets.put(type, new ModelPacket(type, metadata(header)));
        }
    }

    @Override
    public Optional<String> architecture() {
        return Optional.ofNullable(architecture);
    }

    @Override
    public Optional<PiTableModel> table(PiTableId table) {
        return Optional.ofNullable(tables.get(table));
    }

    @Override
    public Collection<PiTableModel> tables() {
        return tables.values();
    }

    @Override
    public Optional<PiCounterModel> counter(PiCounterId counter) {
        return Optional.ofNullable(counters.get(counter));
    }

    @Override
    public Collection<PiCounterModel> counters() {
        return counters.values();
    }

    @Override
    public Optional<PiMeterModel> meter(PiMeterId meter) {
        return Optional.ofNullable(meters.get(meter));
    }

    @Override
    public Collection<PiMeterModel> meters() {
        return meters.values();
    }

    @Override
    public Optional<PiRegisterModel> register(PiRegisterId register) {
        return Optional.empty();
    }

    @Override
    public Collection<PiRegisterModel> registers() {
        return List.of();
    }

    @Override
    public Optional<PiActionProfileModel> actionProfiles(PiActionProfileId profile) {
        return Optional.empty();
    }

    @Override
    public Collection<PiActionProfileModel> actionProfiles() {
        return List.of();
    }

    @Override
    public Optional<PiPacketOperationModel> packetOperationModel(PiPacketOperationType type) {
        return Optional.ofNullable(packets.get(type));
    }

    static long id(P4InfoText object) {
        return preamble(object).number("id");
    }

    static String name(P4InfoText object) {
        return preamble(object).value("name");
    }

    private static P4InfoText preamble(P4InfoText object) {
        return object.block("preamble")
                .orElseThrow(() -> new IllegalArgumentException("p4info: no preamble"));
    }

    private static Map<PiActionParamId, Field<PiActionParamId>> parameters(P4InfoText action) {
        Map<PiActionParamId, Field<PiActionParamId>> parameters = new LinkedHashMap<>();
        for (P4InfoText parameter : action.blocks("params")) {
            PiActionParamId id = PiActionParamId.of(parameter.value("name"));
            parameters.put(id, new Field<>(id, (int) parameter.number("bitwidth")));
        }
        return parameters;
    }

    private static List<Field<PiPacketMetadataId>> metadata(P4InfoText header) {
        List<Field<PiPacketMetadataId>> metadata = new ArrayList<>();
        for (P4InfoText field : header.blocks("metadata")) {
            metadata.add(
                    new Field<>(
                            PiPacketMetadataId.of(field.value("name")),
                            (int) field.number("bitwidth")));
        }
        return metadata;
    }

    private static PiCounterModel.Unit unit(P4InfoText counter) {
        String unit = counter.block("spec").map(spec -> spec.value("unit")).orElse("BOTH");
        switch (unit) {
            case "PACKETS":
                return PiCounterModel.Unit.PACKETS;
            case "BYTES":
                return PiCounterModel.Unit.BYTES;
            default:
                return PiCounterModel.Unit.PACKETS_AND_BYTES;
        }
    }

    /** A name with a width in bits. */
    static final class Field<T> {
        private final T id;
        private final int width;

        Field(T id, int width) {
            this.id = id;
            this.width = width;
        }

        T id() {
            return id;
        }

        int width() {
            return width;
        }
    }

    static PiMatchFieldId field(P4InfoText match) {
        return PiMatchFieldId.of(match.value("name"));
    }

    static PiMatchType type(P4InfoText match) {
        return PiMatchType.valueOf(match.value("match_type"));
    }

    /** A direct counter of a table. */
    private static final class ModelCounter implements PiCounterModel {
        private final PiCounterId id;
        private final Unit unit;
        private final PiTableId table;

        ModelCounter(PiCounterId id, Unit unit, PiTableId table) {
            this.id = id;
            this.unit = unit;
            this.table = table;
        }

        @Override
        public PiCounterId id() {
            return id;
        }

        @Override
        public PiCounterType counterType() {
            return PiCounterType.DIRECT;
        }

        @Override
        public Unit unit() {
            return unit;
        }

        @Override
        public PiTableId table() {
            return table;
        }

        @Override
        public long size() {
            return -1; // as many as its table has entries
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onosproject.net.pi.model.PiActionId;
import org.onosproject.net.pi.model.PiActionModel;
import org.onosproject.net.pi.model.PiActionProfileModel;
import org.onosproject.net.pi.model.PiCounterModel;
import org.onosproject.net.pi.model.PiMatchFieldId;
import org.onosproject.net.pi.model.PiMatchFieldModel;
import org.onosproject.net.pi.model.PiMatchType;
import org.onosproject.net.pi.model.PiMeterModel;
import org.onosproject.net.pi.model.PiTableId;
import org.onosproject.net.pi.model.PiTableModel;
import org.onosproject.net.pi.model.PiTableType;

/** A table of the program: keys, actions, direct counter. */
final class ModelTable implements PiTableModel {
    private final PiTableId id;
    private final long size;
    private final Map<PiMatchFieldId, PiMatchFieldModel> fields = new LinkedHashMap<>();
    private final Map<PiActionId, PiActionModel> actions = new LinkedHashMap<>();
    private final Optional<PiActionModel> defaultAction;
    private final Optional<PiCounterModel> counter;

    private ModelTable(
            P4InfoText table, Map<Long, PiActionModel> known, Optional<PiCounterModel> counter) {
        this.id = PiTableId.of(P4InfoModel.name(table));
        this.size = table.number("size");
        this.counter = counter;
        for (P4InfoText match : table.blocks("match_fields")) {
            PiMatchFieldModel field = new MatchField(match);
            fields.put(field.id(), field);
        }
        for (P4InfoText reference : table.blocks("action_refs")) {
            PiActionModel action = known.get(reference.number("id"));
            actions.put(action.id(), action);
        }
        this.defaultAction =
                table.values("const_default_action_id").stream()
                        .findFirst()
                        .map(number -> known.get(Long.decode(number)));
    }

    static ModelTable read(
            P4InfoText table, Map<Long, PiActionModel> actions, Optional<PiCounterModel> counter) {
        return new ModelTable(table, actions, counter);
    }

    @Override
    public PiTableId id() {
        return id;
    }

    @Override
    public PiTableType tableType() {
        return PiTableType.DIRECT;
    }

    @Override
    public PiActionProfileModel actionProfile() {
        return null; // as the interface says for a direct table
    }

    @Override
    public long maxSize() {
        return size;
    }

    @Override
    public Collection<PiCounterModel> counters() {
        return counter.map(List::of).orElse(List.of());
    }

    @Override
    public Collection<PiMeterModel> meters() {
        return List.of();
    }

    @Override
    public boolean supportsAging() {
        return false;
    }

    @Override
    public Collection<PiMatchFieldModel> matchFields() {
        return fields.values();
    }

    @Override
    public Collection<PiActionModel> actions() {
        return actions.values();
    }

    @Override
    public Optional<PiActionModel> constDefaultAction() {
        return defaultAction;
    }

    @Override
    public boolean isConstantTable() {
        return false;
    }

    @Override
    public Optional<PiActionModel> action(PiActionId action) {
        return Optional.ofNullable(actions.get(action));
    }

    @Override
    public Optional<PiMatchFieldModel> matchField(PiMatchFieldId field) {
        return Optional.ofNullable(fields.get(field));
    }

    private static final class MatchField implements PiMatchFieldModel {
        private final PiMatchFieldId id;
        private final int width;
        private final PiMatchType type;

        MatchField(P4InfoText match) {
            this.id = P4InfoModel.field(match);
            this.width = (int) match.number("bitwidth");
            this.type = P4InfoModel.type(match);
        }

        @Override
        public PiMatchFieldId id() {
            return id;
        }

        @Override
        public int bitWidth() {
            return width;
        }

        @Override
        public boolean hasBitWidth() {
            return true;
        }

        @Override
        public PiMatchType matchType() {
            return type;
        }
    }
}

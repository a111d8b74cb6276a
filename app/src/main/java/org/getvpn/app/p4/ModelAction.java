// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.onosproject.net.pi.model.PiActionId;
import org.onosproject.net.pi.model.PiActionModel;
import org.onosproject.net.pi.model.PiActionParamId;
import org.onosproject.net.pi.model.PiActionParamModel;

/** An action of the program, with its parameters in order. */
final class ModelAction implements PiActionModel {
    private final PiActionId id;
    private final Map<PiActionParamId, PiActionParamModel> parameters = new LinkedHashMap<>();

    ModelAction(String name, Map<PiActionParamId, P4InfoModel.Field<PiActionParamId>> parameters) {
        this.id = PiActionId.of(name);
        parameters.forEach((key, field) -> this.parameters.put(key, new Parameter(field)));
    }

    @Override
    public PiActionId id() {
        return id;
    }

    @Override
    public Optional<PiActionParamModel> param(PiActionParamId parameter) {
        return Optional.ofNullable(parameters.get(parameter));
    }

    @Override
    public Collection<PiActionParamModel> params() {
        return parameters.values();
    }

    private static final class Parameter implements PiActionParamModel {
        private final P4InfoModel.Field<PiActionParamId> field;

        Parameter(P4InfoModel.Field<PiActionParamId> field) {
            this.field = field;
        }

        @Override
        public PiActionParamId id() {
            return field.id();
        }

        @Override
        public int bitWidth() {
            return field.width();
        }

        @Override
        public boolean hasBitWidth() {
            return true;
        }
    }
}

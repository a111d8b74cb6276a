// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.List;
import java.util.stream.Collectors;
import org.onosproject.net.pi.model.PiPacketMetadataId;
import org.onosproject.net.pi.model.PiPacketMetadataModel;
import org.onosproject.net.pi.model.PiPacketOperationModel;
import org.onosproject.net.pi.model.PiPacketOperationType;

/** The header of packet-in or packet-out. */
final class ModelPacket implements PiPacketOperationModel {
    private final PiPacketOperationType type;
    private final List<PiPacketMetadataModel> metadata;

    ModelPacket(PiPacketOperationType type, List<P4InfoModel.Field<PiPacketMetadataId>> fields) {
        this.type = type;
        this.metadata = fields.stream().map(Metadata::new).collect(Collectors.toList());
    }

    @Override
    public PiPacketOperationType type() {
        return type;
    }

    @Override
    public List<PiPacketMetadataModel> metadatas() {
        return metadata;
    }

    private static final class Metadata implements PiPacketMetadataModel {
        private final P4InfoModel.Field<PiPacketMetadataId> field;

        Metadata(P4InfoModel.Field<PiPacketMetadataId> field) {
            this.field = field;
        }

        @Override
        public PiPacketMetadataId id() {
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

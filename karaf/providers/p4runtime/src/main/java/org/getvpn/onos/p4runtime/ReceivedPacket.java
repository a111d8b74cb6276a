// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import java.util.Objects;
import org.onosproject.net.DeviceId;
import org.onosproject.net.pi.runtime.PiPacketOperation;
import org.onosproject.p4runtime.api.P4RuntimePacketIn;

/** A packet that a switch sent to its controller, with the metadata of its program. */
final class ReceivedPacket implements P4RuntimePacketIn {
    private final DeviceId device;
    private final PiPacketOperation operation;

    ReceivedPacket(DeviceId device, PiPacketOperation operation) {
        this.device = Objects.requireNonNull(device);
        this.operation = Objects.requireNonNull(operation);
    }

    @Override
    public DeviceId deviceId() {
        return device;
    }

    @Override
    public PiPacketOperation packetOperation() {
        return operation;
    }
}

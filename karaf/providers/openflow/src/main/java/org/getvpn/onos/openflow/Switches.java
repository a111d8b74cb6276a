// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.onosproject.net.DeviceId;
import org.onosproject.net.provider.ProviderId;
import org.onosproject.openflow.controller.Dpid;
import org.onosproject.openflow.controller.OpenFlowController;
import org.onosproject.openflow.controller.OpenFlowSwitch;

/** How ONOS devices and OpenFlow switches name each other. */
final class Switches {
    /**
     * The scheme of OpenFlow device ids, {@code of:0000000000000001}, and ONOS's own provider name.
     */
    static final ProviderId PROVIDER = new ProviderId("of", "org.onosproject.provider.openflow");

    private static final long XID_MASK = 0x7fff_ffffL;

    // the controller itself counts down from 2^32
    private static final AtomicLong XIDS = new AtomicLong(1 << 16);

    private Switches() {}

    static DeviceId device(Dpid dpid) {
        return DeviceId.deviceId(Dpid.uri(dpid));
    }

    static Dpid dpid(DeviceId device) {
        return Dpid.dpid(device.uri());
    }

    /** The connected switch behind {@code device}, if any. */
    static Optional<OpenFlowSwitch> find(OpenFlowController controller, DeviceId device) {
        return Optional.ofNullable(controller.getSwitch(dpid(device)));
    }

    /** A transaction id that no other message of this process carries at the time. */
    static long nextXid() {
        return XIDS.incrementAndGet() & XID_MASK;
    }
}

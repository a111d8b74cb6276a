// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import org.onosproject.net.device.DeviceAgentEvent;
import p4.v1.P4RuntimeOuterClass.PacketIn;

/** Hears what the connection to one switch brings. Must not block for long. */
interface SwitchListener {
    /** The channel opened or closed, or the switch said who is primary. */
    void changed(DeviceAgentEvent.Type what);

    /** The switch sent a packet. */
    void received(PacketIn packet);
}

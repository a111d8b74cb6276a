// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import org.onosproject.net.AnnotationKeys;
import org.onosproject.net.DefaultAnnotations;
import org.onosproject.net.DeviceId;
import org.onosproject.net.Port;
import org.onosproject.net.PortNumber;
import org.onosproject.net.device.DefaultPortDescription;
import org.onosproject.net.device.DefaultPortStatistics;
import org.onosproject.net.device.PortDescription;
import org.onosproject.net.device.PortStatistics;
import org.projectfloodlight.openflow.protocol.OFPortConfig;
import org.projectfloodlight.openflow.protocol.OFPortDesc;
import org.projectfloodlight.openflow.protocol.OFPortState;
import org.projectfloodlight.openflow.protocol.OFPortStatsEntry;

/** Ports and their counters, from OpenFlow's words into ONOS's. */
final class PortFacts {
    private static final long KBIT_PER_MBIT = 1000;

    private PortFacts() {}

    /** What a switch says of a port; {@code removed} if it says so for the last time. */
    static PortDescription description(OFPortDesc port, boolean removed) {
        boolean up =
                !port.getState().contains(OFPortState.LINK_DOWN)
                        && !port.getConfig().contains(OFPortConfig.PORT_DOWN);
        PortNumber number =
                PortNumber.portNumber(
                        Integer.toUnsignedLong(port.getPortNo().getPortNumber()), port.getName());
        return DefaultPortDescription.builder()
                .withPortNumber(number)
                .isEnabled(up && !removed)
                .isRemoved(removed)
                .type(Port.Type.COPPER)
                .portSpeed(port.getCurrSpeed() / KBIT_PER_MBIT)
                .annotations(
                        DefaultAnnotations.builder()
                                .set(AnnotationKeys.PORT_NAME, port.getName())
                                .set(AnnotationKeys.PORT_MAC, port.getHwAddr().toString())
                                .build())
                .build();
    }

    static PortStatistics counters(DeviceId device, OFPortStatsEntry entry) {
        return DefaultPortStatistics.builder()
                .setDeviceId(device)
                .setPort(MatchReader.port(entry.getPortNo()))
                .setPacketsReceived(entry.getRxPackets().getValue())
                .setPacketsSent(entry.getTxPackets().getValue())
                .setBytesReceived(entry.getRxBytes().getValue())
                .setBytesSent(entry.getTxBytes().getValue())
                .setPacketsRxDropped(entry.getRxDropped().getValue())
                .setPacketsTxDropped(entry.getTxDropped().getValue())
                .setPacketsRxErrors(entry.getRxErrors().getValue())
                .setPacketsTxErrors(entry.getTxErrors().getValue())
                .setDurationSec(entry.getDurationSec())
                .setDurationNano(entry.getDurationNsec())
                .build();
    }
}

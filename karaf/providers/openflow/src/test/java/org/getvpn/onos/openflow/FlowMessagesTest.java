// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.onlab.packet.IpPrefix;
import org.onlab.packet.MacAddress;
import org.onlab.packet.TpPort;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultFlowRule;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.flow.TrafficSelector;
import org.onosproject.net.flow.TrafficTreatment;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFVersion;

/** FLOW_MODs, octet by octet, against what ovs-ofctl 3.1 sends for the same entry. */
class FlowMessagesTest {
    private static final OFFactory OF13 = OFFactories.getFactory(OFVersion.OF_13);
    private static final long COOKIE = 0x00d0_0000_1234_5678L;

    @Test
    void aRuleThatDropsEspIsAnAddWithoutInstructions() {
        FlowRule rule =
                rule(
                        DefaultTrafficSelector.builder()
                                .matchEthType((short) 0x0800)
                                .matchIPProtocol((byte) 50)
                                .matchIPSrc(IpPrefix.valueOf("10.1.0.0/16")),
                        DefaultTrafficTreatment.builder().drop());

        assertEquals(
                // header: version 4, FLOW_MOD, length 80, xid
                "040e0050"
                        + "00000007"
                        // cookie and its mask
                        + "00d0000012345678"
                        + "0000000000000000"
                        // table 1, ADD, no idle timeout, no hard timeout, priority 100
                        + "01"
                        + "00"
                        + "0000"
                        + "0000"
                        + "0064"
                        // no buffer, any port, any group, SEND_FLOW_REM, padding
                        + "ffffffff"
                        + "ffffffff"
                        + "ffffffff"
                        + "0001"
                        + "0000"
                        // OXM match of 27 octets, padded to 32
                        + "0001"
                        + "001b"
                        // eth_type 0x0800
                        + "80000a02"
                        + "0800"
                        // ip_proto 50
                        + "80001401"
                        + "32"
                        // ipv4_src 10.1.0.0/255.255.0.0
                        + "80001708"
                        + "0a010000"
                        + "ffff0000"
                        + "0000000000",
                hex(FlowMessages.add(OF13, rule, 7)));
    }

    @Test
    void aRuleThatForwardsRewritesAddressesCountsDownAndOutputs() {
        FlowRule rule =
                rule(
                        DefaultTrafficSelector.builder()
                                .matchEthType((short) 0x86dd)
                                .matchIPv6Dst(IpPrefix.valueOf("2001:db8::/32")),
                        DefaultTrafficTreatment.builder()
                                .setEthSrc(MacAddress.valueOf("02:00:00:00:00:01"))
                                .decNwTtl()
                                .setOutput(PortNumber.portNumber(3)));

        String message = hex(FlowMessages.add(OF13, rule, 7));

        assertEquals(
                // APPLY_ACTIONS of 48 octets
                "0004"
                        + "0030"
                        + "00000000"
                        // SET_FIELD eth_src
                        + "0019"
                        + "0010"
                        + "80000806"
                        + "020000000001"
                        + "0000"
                        // DEC_NW_TTL
                        + "0018"
                        + "0008"
                        + "00000000"
                        // OUTPUT port 3, no octets to the controller
                        + "0000"
                        + "0010"
                        + "00000003"
                        + "0000"
                        + "000000000000",
                message.substring(message.length() - 96));
    }

    @Test
    void aWholePacketGoesToTheController() {
        FlowRule rule =
                rule(DefaultTrafficSelector.builder(), DefaultTrafficTreatment.builder().punt());

        String message = hex(FlowMessages.add(OF13, rule, 7));

        assertEquals(
                "0000" + "0010" + "fffffffd" + "ffff" + "000000000000",
                message.substring(message.length() - 32));
    }

    @Test
    void aDeletionIsStrictAndNamesTheCookie() {
        FlowRule rule =
                rule(
                        DefaultTrafficSelector.builder().matchInPort(PortNumber.portNumber(2)),
                        DefaultTrafficTreatment.builder().drop());

        assertEquals(
                "040e0040"
                        + "00000009"
                        // the cookie, all bits of it
                        + "00d0000012345678"
                        + "ffffffffffffffff"
                        // table 1, DELETE_STRICT, priority 100
                        + "01"
                        + "04"
                        + "0000"
                        + "0000"
                        + "0064"
                        + "ffffffff"
                        + "ffffffff"
                        + "ffffffff"
                        + "0000"
                        + "0000"
                        // in_port 2
                        + "0001"
                        + "000c"
                        + "80000004"
                        + "00000002"
                        + "00000000",
                hex(FlowMessages.delete(OF13, rule, 9)));
    }

    @Test
    void aCriterionThatOpenFlowCannotExpressIsRefusedByName() {
        FlowRule rule =
                rule(
                        DefaultTrafficSelector.builder()
                                .matchEthType((short) 0x0800)
                                .matchIPProtocol((byte) 6)
                                .matchTcpDstMasked(TpPort.tpPort(80), TpPort.tpPort(0xfff0)),
                        DefaultTrafficTreatment.builder().drop());

        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> FlowMessages.add(OF13, rule, 7));

        assertEquals("criterion not supported: TCP_DST_MASKED:80/65520", refusal.getMessage());
    }

    private static FlowRule rule(
            TrafficSelector.Builder selector, TrafficTreatment.Builder treatment) {
        return DefaultFlowRule.builder()
                .forDevice(DeviceId.deviceId("of:0000000000000001"))
                .forTable(1)
                .withPriority(100)
                .withCookie(COOKIE)
                .withSelector(selector.build())
                .withTreatment(treatment.build())
                .makePermanent()
                .build();
    }

    private static String hex(OFMessage message) {
        ByteBuf buffer = Unpooled.buffer();
        message.writeTo(buffer);
        return ByteBufUtil.hexDump(buffer);
    }
}

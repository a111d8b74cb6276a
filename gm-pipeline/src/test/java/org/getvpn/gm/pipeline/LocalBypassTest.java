// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.packet;
import static org.getvpn.gm.Fixture.rule;
import static org.getvpn.gm.Fixture.selector;
import static org.getvpn.gm.Fixture.tenToTen;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
import org.junit.jupiter.api.Test;

/** A member's own BYPASS lines: they come before the group's, and open nothing at a switch. */
class LocalBypassTest {
    private static final byte[] NAMED = udp(HOST_1, HOST_2, 1, 53, 60, 0);
    private static final byte[] ANSWER = udp(HOST_2, HOST_1, 53, 1, 60, 0);
    private static final byte[] OTHER = udp(HOST_1, HOST_2, 1, 54, 60, 0);

    private static PipelineLab lab(Attachment attachment) {
        return PipelineLab.withLocalBypass(
                attachment, selector("10.0.0.0/8", "10.0.0.0/8", 17, 0, 53));
    }

    private static PipelineLab gateway() {
        return lab(Attachment.GATEWAY).policy(rule(TrafficRule.Action.PROTECT, tenToTen())).keyed();
    }

    @Test
    void atAGatewayWhatALineNamesStaysClearAndTheRestIsProtected() {
        PipelineLab lab = gateway();
        assertArrayEquals(NAMED, packet(lab.fromSite(frame(NAMED)).getFirst()));
        assertEquals(Ipv4.ESP, packet(lab.fromSite(frame(OTHER)).getFirst())[9]);
        assertEquals(1, lab.traffic(TrafficCounter.BYPASSED_PACKETS));
    }

    @Test
    void atAGatewayItHoldsBeforeTheFirstRegistrationToo() {
        PipelineLab lab = lab(Attachment.GATEWAY);
        assertEquals(1, lab.fromSite(frame(NAMED)).size());
        assertTrue(lab.fromSite(frame(OTHER)).isEmpty(), "all else stays closed");
        assertEquals(Map.of(DropReason.NO_SA, 1L), lab.dropsThatHappened());
    }

    @Test
    void atAGatewayWhatArrivesMayGoTheLinesWayOrBack() {
        PipelineLab lab = gateway();
        assertEquals(1, lab.fromWan(frame(NAMED)).size());
        assertEquals(1, lab.fromWan(frame(ANSWER)).size());
        assertTrue(lab.fromWan(frame(OTHER)).isEmpty());
        assertEquals(Map.of(DropReason.CLEARTEXT_FROM_WAN, 1L), lab.dropsThatHappened());
    }

    @Test
    void itComesBeforeADropLineOfTheGroup() {
        PipelineLab lab = lab(Attachment.GATEWAY).policy(rule(TrafficRule.Action.DROP, tenToTen()));
        assertEquals(1, lab.fromSite(frame(NAMED)).size());
    }

    @Test
    void aLaterFragmentWhosePortsNobodySawDoesNotPassForOneThatALineNames() {
        PipelineLab lab = gateway();
        assertEquals(List.of(), lab.fromSite(frame(udp(HOST_1, HOST_2, 1, 53, 60, 10))));
        assertEquals(Map.of(DropReason.FRAGMENT_UNRESOLVED, 1L), lab.dropsThatHappened());
    }

    @Test
    void atAMemberPortTheSwitchDecidesSoThatANamedPacketHasNoWayOut() {
        PipelineLab lab =
                lab(Attachment.MEMBER_PORT)
                        .policy(rule(TrafficRule.Action.PROTECT, tenToTen()))
                        .keyed();
        assertEquals(List.of(), lab.fromSite(frame(NAMED)));
        assertEquals(Map.of(DropReason.LOCAL_BYPASS_NOT_AT_SITE, 1L), lab.dropsThatHappened());
        assertEquals(Ipv4.ESP, packet(lab.fromSite(frame(OTHER)).getFirst())[9]);
    }
}

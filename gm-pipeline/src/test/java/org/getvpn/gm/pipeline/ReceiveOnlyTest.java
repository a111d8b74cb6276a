// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.packet;
import static org.getvpn.gm.Fixture.rule;
import static org.getvpn.gm.Fixture.selector;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.tenToTen;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.esp.JdkAead;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.MemberMode;
import org.getvpn.gm.sa.ReplayCheck;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;
import org.junit.jupiter.api.Test;

/** A group on its way from clear text to encryption (SA direction, RFC 6407, section 5.5.1.1.2). */
class ReceiveOnlyTest {
    private static final Spi NEXT = Spi.of(SPI.value() + 1);
    private static final byte[] OUT = udp(HOST_1, HOST_2, 1, 2, 60, 0);
    private static final byte[] BACK = udp(HOST_2, HOST_1, 2, 1, 60, 0);
    private static final byte[] ELSEWHERE = udp(0xc0000201, HOST_1, 2, 1, 60, 0);

    private static Tek receiveOnly(Spi spi, int seed) {
        Tek key = tek(spi, seed);
        return new Tek(
                key.spi(),
                key.transform(),
                key.cipherKey(),
                key.integrityKey(),
                key.remainingSeconds(),
                Tek.Direction.RECEIVER_ONLY,
                key.selectors());
    }

    private static PipelineLab gateway() {
        PipelineLab lab = PipelineLab.gateway();
        lab.database.install(receiveOnly(SPI, 1));
        return lab;
    }

    /** What another member, which sends with the key already, makes of a packet to us. */
    private static byte[] esp() {
        return PipelineLab.gateway().keyed().fromSite(frame(BACK)).getFirst();
    }

    @Test
    void aGatewaySendsInClearAndReceivesBoth() {
        PipelineLab lab = gateway();
        assertArrayEquals(OUT, packet(lab.fromSite(frame(OUT)).getFirst()));
        assertArrayEquals(BACK, packet(lab.fromWan(frame(BACK)).getFirst()));
        assertArrayEquals(BACK, packet(lab.fromWan(esp()).getFirst()));
        assertEquals(2, lab.traffic(TrafficCounter.RECEIVE_ONLY_CLEAR_PACKETS));
        assertEquals(Map.of(), lab.dropsThatHappened());
    }

    @Test
    void whatTheGroupDoesNotProtectStaysOutside() {
        PipelineLab lab = gateway();
        assertEquals(List.of(), lab.fromWan(frame(ELSEWHERE)));
        assertEquals(Map.of(DropReason.CLEARTEXT_FROM_WAN, 1L), lab.dropsThatHappened());
    }

    @Test
    void aDropLineBeforeTheProtectLineHolds() {
        PipelineLab lab =
                gateway()
                        .policy(
                                rule(
                                        TrafficRule.Action.DROP,
                                        selector("10.0.0.0/8", "10.0.0.0/8", 17, 2, 1)),
                                rule(TrafficRule.Action.PROTECT, tenToTen()));
        assertEquals(List.of(), lab.fromWan(frame(BACK)));
        assertEquals(1, lab.fromSite(frame(OUT)).size());
    }

    @Test
    void theFirstKeyToSendWithClosesTheWayOutAtOnceAndTheWayInWhenTheOldKeyIsGone() {
        PipelineLab lab = gateway();
        lab.database.install(tek(NEXT, 2));
        assertArrayEquals(OUT, packet(lab.fromSite(frame(OUT)).getFirst()), "not active yet");
        lab.database.activate(NEXT, SENDER);
        assertEquals(Ipv4.ESP, packet(lab.fromSite(frame(OUT)).getFirst())[9]);
        assertEquals(1, lab.fromWan(frame(BACK)).size(), "others may be later");
        lab.database.remove(SPI);
        assertEquals(List.of(), lab.fromWan(frame(BACK)));
        assertEquals(Map.of(DropReason.CLEARTEXT_FROM_WAN, 1L), lab.dropsThatHappened());
    }

    @Test
    void aPassiveMemberGoesAheadAndEncrypts() {
        SaDatabase database =
                new SaDatabase(
                        new JdkAead(),
                        SequenceWatch.NONE,
                        transform -> ReplayCheck.NONE,
                        MemberMode.PASSIVE,
                        1);
        PipelineLab lab = PipelineLab.gateway(database);
        database.install(receiveOnly(SPI, 1));
        database.activate(SPI, SENDER);
        assertEquals(Ipv4.ESP, packet(lab.fromSite(frame(OUT)).getFirst())[9]);
        assertEquals(1, lab.fromWan(frame(BACK)).size(), "the others send in clear");
        assertEquals(1, lab.fromWan(esp()).size());
    }

    @Test
    void atAMemberPortTheSwitchLetsClearTextThroughAndTheMemberNothing() {
        PipelineLab lab = PipelineLab.memberPort();
        lab.database.install(receiveOnly(SPI, 1));
        assertEquals(List.of(), lab.fromSite(frame(OUT)));
        assertEquals(Map.of(DropReason.NO_SA, 1L), lab.dropsThatHappened());
        assertEquals(1, lab.fromWan(esp()).size());
    }
}

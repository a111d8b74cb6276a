// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.esp.IpsecMb;
import org.getvpn.gm.io.Arrivals;
import org.getvpn.gm.p4runtime.SwitchController;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.pipeline.ScriptedIo;
import org.getvpn.gm.pipeline.TrafficCounter;
import org.junit.jupiter.api.Test;
import p4.v1.P4RuntimeOuterClass.Update;

/** The packet thread of the switch leaves nothing for the garbage collector. */
class SwitchAllocationTest {
    private static final int WARM_UP = 4_000;
    private static final int TURNS = 4_000;
    private static final int BATCH = 64;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ScriptedIo local = new ScriptedIo();
    private final ScriptedIo wan = new ScriptedIo();

    /** Frames have come to the first port alone. */
    private static final class AtTheFirst implements Arrivals {
        @Override
        public void await(int timeoutMillis) {}

        @Override
        public boolean at(int index) {
            return index == 0;
        }

        @Override
        public void close() {}
    }

    private SiteSwitch site() throws IOException, InterruptedException {
        Optional<IpsecMb> fast = IpsecMb.load(new StringBuilder());
        assumeTrue(fast.isPresent(), "libipsec-mb1 is not installed; the JDK's cipher allocates");
        return new SiteSwitch(1, fast.get(), new AtTheFirst(), local, wan);
    }

    private void assertAllocationFree(SiteSwitch site, byte[] frame) {
        while (!local.batch().isFull()) {
            long at = local.batch().next();
            MemorySegment.copy(
                    frame, 0, local.batch().memory(), ValueLayout.JAVA_BYTE, at, frame.length);
            local.batch().commit(frame.length);
        }
        for (int i = 0; i < WARM_UP; i++) {
            turn(site);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < TURNS; i++) {
            turn(site);
        }
        long octets = threads.getCurrentThreadAllocatedBytes() - before;
        double perPacket = octets / (TURNS * (double) BATCH);
        assertTrue(perPacket < 1, perPacket + " octets allocated per packet");
    }

    /** The switch lowers the hops of a frame in place: they are put back. */
    private void turn(SiteSwitch site) {
        for (int i = 0; i < BATCH; i++) {
            MemorySegment memory = local.batch().memory();
            long ip = local.batch().offset(i) + Ethernet.HEADER;
            if (Ipv6.is(memory, ip)) {
                Octets.put8(memory, ip + 7, 64);
            } else {
                Octets.put8(memory, ip + 8, 64);
                Ipv4.updateChecksum(memory, ip);
            }
        }
        site.forwarder.turn(0);
    }

    @Test
    void encryptingOnTheWayFromHostToWanAllocatesNothing() throws Exception {
        try (SiteSwitch site = site()) {
            site.program(1).keyed(1);
            assertAllocationFree(site, Fixture.frame(Fixture.udp(1400)));
            long packets = (WARM_UP + TURNS) * (long) BATCH;
            assertEquals(packets, site.member.traffic().get(TrafficCounter.ENCRYPTED_PACKETS));
            assertEquals(packets, wan.sent());
        }
    }

    @Test
    void forwardingInClearAllocatesNothing() throws Exception {
        try (SiteSwitch site = site()) {
            site.program(1);
            site.controller.write(
                    List.of(
                            site.controller
                                    .entry("outbound_policy")
                                    .exact("site", 1)
                                    .priority(99)
                                    .action("bypass")
                                    .insert()));
            assertAllocationFree(site, Fixture.frame(Fixture.udp(64)));
            assertEquals((WARM_UP + TURNS) * (long) BATCH, wan.sent());
        }
    }

    @Test
    void meteringGdoiAllocatesNothing() throws Exception {
        try (SiteSwitch site = site()) {
            site.program(1);
            SwitchController c = site.controller;
            c.write(
                    List.of(
                            c.entry("port_role")
                                    .exact("port", SiteSwitch.LOCAL)
                                    .action("set_role", 2, 1)
                                    .modify(),
                            c.entry("member_guard")
                                    .exact("site", 1)
                                    .exact("esp", 0)
                                    .exact("gdoi", 1)
                                    .priority(10)
                                    .action("to_wan")
                                    .insert(),
                            c.entry("gdoi_limit")
                                    .exact("port", SiteSwitch.LOCAL)
                                    .exact("colour", 2)
                                    .action("drop")
                                    .insert(),
                            SwitchController.meter(0x1400_0001, SiteSwitch.LOCAL, 1, 5)));
            assertAllocationFree(
                    site,
                    Fixture.frame(
                            Fixture.ipv4(
                                    Fixture.HOST_1,
                                    Fixture.HOST_2,
                                    17,
                                    Fixture.datagram(64, 848, 848))));
            assertEquals(5, wan.sent());
            assertEquals(
                    (WARM_UP + TURNS) * (long) BATCH - 5,
                    site.forwarder.drops().get(SwitchDrop.GDOI_TOO_FAST));
        }
    }

    @Test
    void encryptingIpv6AllocatesNothing() throws Exception {
        try (SiteSwitch site = site()) {
            site.program(1).programIpv6(1).keyed(1);
            assertAllocationFree(site, Fixture.frame6(Fixture.udp6(1400)));
            long packets = (WARM_UP + TURNS) * (long) BATCH;
            assertEquals(packets, site.member.traffic().get(TrafficCounter.ENCRYPTED_PACKETS));
            assertEquals(packets, wan.sent());
        }
    }

    @Test
    void forwardingIpv6InClearAllocatesNothing() throws Exception {
        try (SiteSwitch site = site()) {
            site.program(1).programIpv6(1);
            site.controller.write(
                    List.of(
                            site.controller
                                    .entry("outbound_policy_ipv6")
                                    .exact("site", 1)
                                    .priority(99)
                                    .action("bypass")
                                    .insert()));
            assertAllocationFree(site, Fixture.frame6(Fixture.udp6(64)));
            assertEquals((WARM_UP + TURNS) * (long) BATCH, wan.sent());
        }
    }

    @Test
    void copyingToMemberAndPortsAllocatesNothing() throws Exception {
        try (SiteSwitch site = site()) {
            site.program(1).keyed(1);
            copyTo(site, "outbound_policy", "copy", 7);
            assertAllocationFree(site, Fixture.frame(Fixture.udp(64)));
            long packets = (WARM_UP + TURNS) * (long) BATCH;
            assertEquals(packets, site.member.traffic().get(TrafficCounter.ENCRYPTED_PACKETS));
            assertEquals(2 * packets, wan.sent(), "a copy in clear, and the member's ESP");
            assertEquals(
                    packets, site.forwarder.drops().get(SwitchDrop.FORBIDDEN_EGRESS), "port 4");
        }
    }

    @Test
    void replicatingIpv6AllocatesNothing() throws Exception {
        try (SiteSwitch site = site()) {
            site.program(1).programIpv6(1);
            copyTo(site, "outbound_policy_ipv6", "replicate", 7, 2);
            assertAllocationFree(site, Fixture.frame6(Fixture.udp6(64)));
            assertEquals((WARM_UP + TURNS) * (long) BATCH, wan.sent());
        }
    }

    /** All packets of the site to the WAN, the member and a port that is forbidden. */
    private static void copyTo(SiteSwitch site, String table, String action, long... parameters) {
        SwitchController c = site.controller;
        List<Update> updates = new ArrayList<>();
        updates.add(
                SwitchController.insertGroup(
                        7,
                        SiteSwitch.LOCAL,
                        SiteSwitch.MEMBER,
                        SiteSwitch.WAN,
                        SiteSwitch.SECOND_LOCAL));
        for (int port : new int[] {SiteSwitch.WAN, SiteSwitch.MEMBER}) {
            updates.add(
                    c.entry("copy_guard")
                            .exact("only_to", 2)
                            .exact("port", port)
                            .action("permit_copy")
                            .insert());
        }
        updates.add(
                c.entry(table).exact("site", 1).priority(99).action(action, parameters).insert());
        c.write(updates);
    }

    @Test
    void droppingAllocatesNothing() throws Exception {
        try (SiteSwitch site = site()) {
            site.program(1);
            byte[] foreign = Fixture.frame(Fixture.udp(64));
            foreign[Ethernet.HEADER + 12] = 11;
            assertAllocationFree(site, foreign);
            assertEquals(
                    (WARM_UP + TURNS) * (long) BATCH,
                    site.forwarder.drops().get(SwitchDrop.FOREIGN_SOURCE));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.util.List;
import org.getvpn.gm.p4.MeterShape;
import org.getvpn.gm.p4.TableShape;

/** Tables and meters of the program by their position in p4info, and actions by their ids. */
final class ProgramTables {
    static final int PORT_ROLE = 0;
    static final int PUNT = 1;
    static final int SOURCE_GUARD = 2;
    static final int OUTBOUND_POLICY = 3;
    static final int MEMBER_GUARD = 4;
    static final int INBOUND_SPI = 5;
    static final int WAN_GUARD = 6;
    static final int ROUTE = 7;
    static final int EGRESS_GUARD = 8;
    static final int GDOI_LIMIT = 9;
    static final int SOURCE_GUARD_IPV6 = 10;
    static final int OUTBOUND_POLICY_IPV6 = 11;
    static final int MEMBER_GUARD_IPV6 = 12;
    static final int WAN_GUARD_IPV6 = 13;
    static final int ROUTE_IPV6 = 14;
    static final int COPY_GUARD = 15;

    static final int GDOI_METER = 0;

    static final int DROP = 0x0100_0001;
    static final int SET_ROLE = 0x0100_0002;
    static final int SEND_TO_CONTROLLER = 0x0100_0003;
    static final int ACCEPT_SOURCE = 0x0100_0004;
    static final int PROTECT = 0x0100_0005;
    static final int BYPASS = 0x0100_0006;
    static final int TO_WAN = 0x0100_0007;
    static final int TO_LOCAL = 0x0100_0008;
    static final int TO_MEMBER = 0x0100_0009;
    static final int DELIVER = 0x0100_000a;
    static final int REPLICATE = 0x0100_000b;
    static final int PERMIT = 0x0100_000c;
    static final int COPY = 0x0100_000d;
    static final int PERMIT_COPY = 0x0100_000e;
    static final int DROP_COPY = 0x0100_000f;

    private static final List<String> SIGNATURES =
            List.of(
                    "port_role(port:9)",
                    "punt(role:3,ether_type:16,nd:1)",
                    "source_guard(site:16,ipv4_src:32)",
                    "outbound_policy(site:16,ipv4_src:32,ipv4_dst:32,protocol:8,src_port:16,"
                            + "dst_port:16)",
                    "member_guard(site:16,esp:1,gdoi:1,ipv4_src:32,ipv4_dst:32)",
                    "inbound_spi(site:16,spi:32)",
                    "wan_guard(site:16,ipv4_src:32,ipv4_dst:32,protocol:8,src_port:16,dst_port:16,"
                            + "icmp_type:8)",
                    "route(ipv4_dst:32)",
                    "egress_guard(only_to:3,port:9)",
                    "gdoi_limit(port:9,colour:2)",
                    "source_guard_ipv6(site:16,ipv6_src:128)",
                    "outbound_policy_ipv6(site:16,ipv6_src:128,ipv6_dst:128,protocol:8,"
                            + "src_port:16,dst_port:16)",
                    "member_guard_ipv6(site:16,esp:1,gdoi:1,ipv6_src:128,ipv6_dst:128)",
                    "wan_guard_ipv6(site:16,ipv6_src:128,ipv6_dst:128,protocol:8,src_port:16,"
                            + "dst_port:16,icmp_type:8)",
                    "route_ipv6(ipv6_dst:128)",
                    "copy_guard(only_to:3,port:9)");

    /** One cell for each number that a port may have. */
    private static final List<MeterShape> METERS =
            List.of(new MeterShape(0x1400_0001, "gdoi_meter", 512));

    private ProgramTables() {}

    /**
     * Compares what p4info says with what this package was written for.
     *
     * @throws IllegalArgumentException if they differ
     */
    static void check(List<TableShape> shapes, List<MeterShape> meters) {
        List<String> found = shapes.stream().map(ProgramTables::signature).toList();
        if (!found.equals(SIGNATURES)) {
            throw new IllegalArgumentException("p4info has other tables: " + found);
        }
        if (!meters.equals(METERS)) {
            throw new IllegalArgumentException("p4info has other meters: " + meters);
        }
    }

    private static String signature(TableShape table) {
        StringBuilder text = new StringBuilder(table.name()).append('(');
        for (TableShape.Field field : table.fields()) {
            text.append(text.charAt(text.length() - 1) == '(' ? "" : ",")
                    .append(field.name())
                    .append(':')
                    .append(field.width());
        }
        return text.append(')').toString();
    }
}

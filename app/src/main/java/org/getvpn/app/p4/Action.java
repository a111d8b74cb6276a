// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.math.BigInteger;
import java.util.OptionalInt;
import java.util.Set;
import org.onlab.packet.MacAddress;
import org.onlab.util.ImmutableByteSequence;
import org.onosproject.net.PortNumber;
import org.onosproject.net.pi.model.PiActionId;
import org.onosproject.net.pi.model.PiActionParamId;
import org.onosproject.net.pi.runtime.PiAction;
import org.onosproject.net.pi.runtime.PiActionParam;

/** Actions of {@code group_member.p4} with their parameters, in the widths that the program has. */
final class Action {
    static final PiAction DROP = of("drop");
    static final PiAction SEND_TO_CONTROLLER = of("send_to_controller");
    static final PiAction ACCEPT_SOURCE = of("accept_source");
    static final PiAction BYPASS = of("bypass");
    static final PiAction TO_WAN = of("to_wan");
    static final PiAction TO_LOCAL = of("to_local");
    static final PiAction PERMIT = of("permit");
    static final PiAction PERMIT_COPY =
            PiAction.builder().withId(PiActionId.of("GroupMemberEgress.permit_copy")).build();

    /** The port behind which the controller is, in the program. */
    static final PortNumber CONTROLLER = PortNumber.portNumber(510);

    private static final int PORT_BITS = 9;
    private static final int ROLE_BITS = 3;
    private static final int SITE_BITS = 16;
    private static final int GROUP_BITS = 16;

    private static final Set<PiActionId> COPYING = Set.of(id("copy"), id("replicate"));
    private static final PiActionParamId GROUP = PiActionParamId.of("group");

    private Action() {}

    static PiAction setRole(Role role, int site) {
        return PiAction.builder()
                .withId(id("set_role"))
                .withParameter(parameter("role", role.number(), ROLE_BITS))
                .withParameter(parameter("site", site, SITE_BITS))
                .build();
    }

    static PiAction protect(PortNumber memberPort) {
        return withPort("protect", memberPort);
    }

    static PiAction toMember(PortNumber memberPort) {
        return withPort("to_member", memberPort);
    }

    /** A copy to each port of a multicast group of members and hosts, as the packet came. */
    static PiAction copy(int group) {
        return PiAction.builder()
                .withId(id("copy"))
                .withParameter(new PiActionParam(GROUP, bits(group, GROUP_BITS)))
                .build();
    }

    /** A copy, with one hop less, to each port of a multicast group that has the role. */
    static PiAction replicate(int group, Role onlyTo) {
        return replicate(group, onlyTo.number());
    }

    /** The same to ports of any role. */
    static PiAction replicate(int group) {
        return replicate(group, 0);
    }

    private static PiAction replicate(int group, int onlyTo) {
        return PiAction.builder()
                .withId(id("replicate"))
                .withParameter(new PiActionParam(GROUP, bits(group, GROUP_BITS)))
                .withParameter(parameter("only_to", onlyTo, ROLE_BITS))
                .build();
    }

    /** The multicast group that an action names; empty if it names none. */
    static OptionalInt group(PiAction action) {
        if (!COPYING.contains(action.id())) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(
                action.parameters().stream()
                        .filter(parameter -> parameter.id().equals(GROUP))
                        .mapToInt(parameter -> number(parameter.value()))
                        .findFirst()
                        .orElseThrow());
    }

    private static int number(ImmutableByteSequence bits) {
        return new BigInteger(1, bits.asArray()).intValue();
    }

    static PiAction deliver(PortNumber port, MacAddress source, MacAddress destination) {
        return PiAction.builder()
                .withId(id("deliver"))
                .withParameter(parameter("port", port.toLong(), PORT_BITS))
                .withParameter(mac("src", source))
                .withParameter(mac("dst", destination))
                .build();
    }

    /** A number in as many bits as the program gives it. */
    static ImmutableByteSequence bits(long value, int width) {
        try {
            return ImmutableByteSequence.copyFrom(value).fit(width);
        } catch (ImmutableByteSequence.ByteSequenceTrimException e) {
            throw new IllegalArgumentException(value + " has more than " + width + " bits", e);
        }
    }

    private static PiAction of(String name) {
        return PiAction.builder().withId(id(name)).build();
    }

    private static PiAction withPort(String name, PortNumber port) {
        return PiAction.builder()
                .withId(id(name))
                .withParameter(parameter("member_port", port.toLong(), PORT_BITS))
                .build();
    }

    private static PiActionId id(String name) {
        return PiActionId.of("GroupMember." + name);
    }

    private static PiActionParam parameter(String name, long value, int width) {
        return new PiActionParam(PiActionParamId.of(name), bits(value, width));
    }

    private static PiActionParam mac(String name, MacAddress address) {
        return new PiActionParam(
                PiActionParamId.of(name), ImmutableByteSequence.copyFrom(address.toBytes()));
    }
}

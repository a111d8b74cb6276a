// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.ks.api.ObjectReader;
import org.getvpn.ks.api.PolicyLine;
import org.getvpn.ks.api.RekeyTransport;

/** Reads {@code groups[].rekey}. */
final class RekeyReader {
    private static final String UNICAST = "unicast";
    private static final String MULTICAST = "multicast";
    private static final String EXAMPLE = "239.1.2.3";

    private final ObjectReader reader;
    private final List<PolicyLine> lines;

    private RekeyReader(ObjectReader reader, List<PolicyLine> lines) {
        this.reader = reader;
        this.lines = lines;
    }

    /**
     * @param lines the group's policy, which must not take rekey messages for traffic
     */
    static RekeyTransport read(ObjectReader group, List<PolicyLine> lines) {
        Optional<ObjectReader> fields = group.object("rekey");
        RekeyTransport transport =
                fields.map(each -> new RekeyReader(each, lines).transport())
                        .orElse(RekeyTransport.UNICAST);
        fields.ifPresent(ObjectReader::finish);
        return transport;
    }

    private RekeyTransport transport() {
        String mode = reader.optionalText("transport", UNICAST).orElse(UNICAST);
        if (mode.equals(UNICAST)) {
            return RekeyTransport.UNICAST; // fields of multicast are reported as unknown
        }
        if (!mode.equals(MULTICAST)) {
            reader.problem("transport", "must be " + UNICAST + " or " + MULTICAST);
        }
        Optional<String> address = reader.text("address", EXAMPLE).filter(this::isUsable);
        OptionalLong port =
                reader.number("port", 1, 65_535, OptionalLong.of(RekeyTransport.STANDARD_PORT));
        OptionalLong repeats =
                reader.number(
                        "repeats",
                        1,
                        RekeyTransport.MOST_REPEATS,
                        OptionalLong.of(RekeyTransport.STANDARD_REPEATS));
        List<String> unicastMembers = unicastMembers();
        return address.isEmpty() || port.isEmpty() || repeats.isEmpty()
                ? RekeyTransport.UNICAST
                : RekeyTransport.multicast(
                        address.get(),
                        (int) port.getAsLong(),
                        (int) repeats.getAsLong(),
                        unicastMembers);
    }

    private boolean isUsable(String text) {
        Optional<InetAddress> address =
                AddressText.parse(text).filter(one -> one.getAddress().length == 4);
        byte[] octets = address.map(InetAddress::getAddress).orElse(new byte[4]);
        boolean linkLocal = octets[0] == (byte) 224 && octets[1] == 0 && octets[2] == 0;
        if (address.isEmpty() || !address.get().isMulticastAddress() || linkLocal) {
            reader.problem(
                    "address",
                    "must be an IPv4 multicast address that is forwarded, 224.0.1.0 to"
                            + " 239.255.255.255, for example "
                            + EXAMPLE);
            return false;
        }
        for (int i = 0; i < lines.size(); i++) {
            IpPrefix destination = PrefixText.parse(lines.get(i).destination());
            if (lines.get(i).action() == PolicyLine.Action.PROTECT
                    && destination.contains(octets)) {
                reader.problem(
                        "address",
                        "is a destination of policy["
                                + i
                                + "] ("
                                + lines.get(i)
                                + "), which encrypts it with keys that rekeys bring: choose another"
                                + " address, or put a BYPASS line for it first");
                return false;
            }
            if (lines.get(i).action() == PolicyLine.Action.BYPASS && destination.contains(octets)) {
                return true;
            }
        }
        return true;
    }

    private List<String> unicastMembers() {
        Set<String> members = new LinkedHashSet<>();
        for (String text : reader.texts("unicastMembers", "10.1.0.2", List.of())) {
            Optional<InetAddress> address = AddressText.parse(text);
            if (address.isEmpty()) {
                reader.problem(
                        "unicastMembers", "\"" + text + "\" is no IP address, like 10.1.0.2");
            } else if (!members.add(address.get().getHostAddress())) {
                reader.problem("unicastMembers", "\"" + text + "\" is listed twice: remove one");
            }
        }
        return new ArrayList<>(members);
    }
}

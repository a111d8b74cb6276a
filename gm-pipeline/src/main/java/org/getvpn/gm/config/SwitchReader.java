// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code attachment} of a member that is a switch too. */
final class SwitchReader {
    private static final int P4RUNTIME_PORT = 9559; // IANA's
    private static final int GREATEST_PORT = 509; // 510 is the controller, 511 drops
    private static final Pattern PORT = Pattern.compile("([0-9]{1,3})@([^\\s/:@]{1,15})");

    private SwitchReader() {}

    /** Empty after a problem was reported. */
    static Optional<Attachment> read(YamlObject object, Optional<String> memberInterface) {
        Optional<InetSocketAddress> p4runtime = p4runtime(object);
        int deviceId = object.number("deviceId", 1, Integer.MAX_VALUE, 1);
        int memberPort = 0;
        if (object.has("memberPort")) {
            memberPort = object.number("memberPort", 1, GREATEST_PORT, 0);
        } else {
            object.missing("memberPort", "add memberPort: 2, as the controller's site names it");
        }
        SortedMap<Integer, String> ports = new TreeMap<>();
        List<String> texts = object.texts("ports", "1@eth1, 3@eth3", List.of());
        for (String text : texts) {
            Matcher port = PORT.matcher(text);
            int number = port.matches() ? Integer.parseInt(port.group(1)) : 0;
            if (number < 1 || number > GREATEST_PORT) {
                object.problem(
                        "ports",
                        text + ": must be NUMBER@INTERFACE, the number from 1 to 509: 1@eth1");
            } else if (number == memberPort) {
                object.problem("ports", text + ": is memberPort's number; choose another one");
            } else if (ports.containsValue(port.group(2))
                    || memberInterface.equals(Optional.of(port.group(2)))) {
                object.problem("ports", text + ": the interface stands there twice; remove one");
            } else if (ports.put(number, port.group(2)) != null) {
                object.problem("ports", text + ": the number stands there twice; change one");
            }
        }
        if (p4runtime.isEmpty()
                || memberPort == 0
                || memberInterface.isEmpty()
                || ports.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Attachment.Switch(
                        p4runtime.get(), deviceId, memberPort, memberInterface.get(), ports));
    }

    private static Optional<InetSocketAddress> p4runtime(YamlObject object) {
        String text = object.optionalText("p4runtime", "127.0.0.1:9559").orElse("127.0.0.1");
        Optional<InetAddress> plain = AddressText.address(text);
        Optional<InetSocketAddress> address =
                plain.isPresent()
                        ? plain.map(where -> new InetSocketAddress(where, P4RUNTIME_PORT))
                        : AddressText.endpoint(text)
                                .map(where -> new InetSocketAddress(where.address(), where.port()));
        if (address.isEmpty()) {
            object.problem(
                    "p4runtime",
                    "must be an IP address of this host, with :port if it is not 9559:"
                            + " 127.0.0.1:9559");
        }
        return address;
    }
}

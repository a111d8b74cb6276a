// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.TrafficSelector;

/** Reads {@code localBypass}: lines with the fields of a key server's policy lines. */
final class LocalBypassReader {
    private static final int MOST_LINES = 64;
    private static final Pattern PREFIX = Pattern.compile("([0-9a-fA-F.:]+)/([0-9]{1,3})");
    private static final Map<String, Integer> PROTOCOLS =
            Map.of("any", 0, "icmp", 1, "tcp", 6, "udp", 17, "icmpv6", 58, "sctp", 132);

    private LocalBypassReader() {}

    /** The lines in the order written; of use only if no problem was reported. */
    static List<TrafficSelector> read(YamlObject root) {
        List<TrafficSelector> lines = new ArrayList<>();
        for (YamlObject line :
                root.objects(
                        "localBypass",
                        MOST_LINES,
                        "{source: 10.1.0.0/24, destination: 192.0.2.0/24}")) {
            Optional<IpPrefix> source = prefix(line, "source");
            Optional<IpPrefix> destination = prefix(line, "destination");
            int protocol = protocol(line);
            int sourcePort = port(line, "sourcePort", protocol);
            int destinationPort = port(line, "destinationPort", protocol);
            boolean mixed =
                    source.isPresent()
                            && destination.isPresent()
                            && source.get().ipVersion() != destination.get().ipVersion();
            if (mixed) {
                line.problem(
                        "destination",
                        "must be of the same IP version as source; write one line for IPv4 and one"
                                + " for IPv6");
            }
            line.finish();
            if (source.isPresent() && destination.isPresent() && !mixed) {
                lines.add(
                        new TrafficSelector(
                                source.get(),
                                destination.get(),
                                protocol,
                                sourcePort,
                                destinationPort));
            }
        }
        return lines;
    }

    private static Optional<IpPrefix> prefix(YamlObject line, String field) {
        Optional<String> text = line.text(field, "10.1.0.0/24");
        Optional<IpPrefix> prefix = text.flatMap(LocalBypassReader::parse);
        if (text.isPresent() && prefix.isEmpty()) {
            line.problem(
                    field,
                    "must be an IPv4 or IPv6 prefix without bits behind its length:"
                            + " 10.1.0.0/24 or fd00:1::/32");
        }
        return prefix;
    }

    private static Optional<IpPrefix> parse(String text) {
        Matcher parts = PREFIX.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return AddressText.address(parts.group(1))
                    .map(InetAddress::getAddress)
                    .map(address -> IpPrefix.of(address, Integer.parseInt(parts.group(2))));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // bits behind the length, or a length beyond the address
        }
    }

    private static int protocol(YamlObject line) {
        String text = line.optionalText("protocol", "udp").orElse("any");
        if (PROTOCOLS.containsKey(text)) {
            return PROTOCOLS.get(text);
        }
        if (text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= 255) {
            return Integer.parseInt(text);
        }
        line.problem(
                "protocol", "must be any, icmp, icmpv6, tcp, udp, sctp or a number from 0 to 255");
        return 0;
    }

    private static int port(YamlObject line, String field, int protocol) {
        int port = line.number(field, 0, 65_535, 0);
        if (port != 0 && protocol != 6 && protocol != 17 && protocol != 132) {
            line.problem(field, "needs a protocol that has ports: add protocol: tcp, udp or sctp");
            return 0;
        }
        return port;
    }
}

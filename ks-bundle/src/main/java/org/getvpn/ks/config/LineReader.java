// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.config;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.ks.api.ObjectReader;
import org.getvpn.ks.api.PolicyLine;

/** Reads one line of a group's policy. */
public final class LineReader {
    private static final Map<String, Integer> PROTOCOLS =
            Map.of("any", 0, "icmp", 1, "tcp", 6, "udp", 17, "icmpv6", 58, "sctp", 132);
    private static final String PROTOCOL_REMEDY =
            "must be any, icmp, icmpv6, tcp, udp, sctp or a number from 0 (any) to 255";

    private LineReader() {}

    /** The line; empty only after a problem was reported. */
    public static Optional<PolicyLine> read(ObjectReader reader) {
        Optional<PolicyLine.Action> action = action(reader);
        Optional<IpPrefix> source = prefix(reader, "source");
        Optional<IpPrefix> destination = prefix(reader, "destination");
        OptionalLong protocol = protocol(reader);
        OptionalLong sourcePort = port(reader, "sourcePort", protocol);
        OptionalLong destinationPort = port(reader, "destinationPort", protocol);
        boolean mixed =
                source.isPresent()
                        && destination.isPresent()
                        && source.get().ipVersion() != destination.get().ipVersion();
        if (mixed) {
            reader.problem(
                    "destination",
                    "must be of the same IP version as source; write one line for IPv4 and one for"
                            + " IPv6");
        }
        reader.finish();
        if (action.isEmpty()
                || source.isEmpty()
                || destination.isEmpty()
                || mixed
                || protocol.isEmpty()
                || sourcePort.isEmpty()
                || destinationPort.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new PolicyLine(
                        action.get(),
                        source.get().toString(),
                        destination.get().toString(),
                        (int) protocol.getAsLong(),
                        (int) sourcePort.getAsLong(),
                        (int) destinationPort.getAsLong()));
    }

    /** The selector of a line that {@link #read} made. */
    static TrafficSelector selector(PolicyLine line) {
        return new TrafficSelector(
                PrefixText.parse(line.source()),
                PrefixText.parse(line.destination()),
                line.protocol(),
                line.sourcePort(),
                line.destinationPort());
    }

    private static Optional<PolicyLine.Action> action(ObjectReader reader) {
        Optional<String> text = reader.text("action", "PROTECT");
        Optional<PolicyLine.Action> action =
                text.flatMap(
                        name ->
                                Stream.of(PolicyLine.Action.values())
                                        .filter(a -> a.name().equals(name))
                                        .findFirst());
        if (text.isPresent() && action.isEmpty()) {
            reader.problem(
                    "action",
                    "must be one of "
                            + Stream.of(PolicyLine.Action.values())
                                    .map(Enum::name)
                                    .collect(Collectors.joining(", ")));
        }
        return action;
    }

    private static Optional<IpPrefix> prefix(ObjectReader reader, String field) {
        Optional<String> text = reader.text(field, "10.0.0.0/8");
        try {
            return text.map(PrefixText::parse);
        } catch (IllegalArgumentException e) {
            reader.problem(field, e.getMessage());
            return Optional.empty();
        }
    }

    private static OptionalLong protocol(ObjectReader reader) {
        if (!reader.has("protocol")) {
            return OptionalLong.of(0);
        }
        Optional<String> text = reader.textOrNumber("protocol", "udp");
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (PROTOCOLS.containsKey(text.get())) {
            return OptionalLong.of(PROTOCOLS.get(text.get()));
        }
        if (text.get().matches("[0-9]{1,3}") && Integer.parseInt(text.get()) <= 255) {
            return OptionalLong.of(Integer.parseInt(text.get()));
        }
        reader.problem("protocol", PROTOCOL_REMEDY);
        return OptionalLong.empty();
    }

    private static OptionalLong port(ObjectReader reader, String field, OptionalLong protocol) {
        OptionalLong port = reader.number(field, 0, 65535, OptionalLong.of(0));
        if (port.isPresent() && port.getAsLong() != 0 && protocol.isPresent()) {
            long number = protocol.getAsLong();
            if (number != 6 && number != 17 && number != 132) {
                reader.problem(
                        field,
                        "a port needs a protocol that has ports: add \"protocol\": \"tcp\","
                                + " \"udp\" or \"sctp\"");
                return OptionalLong.empty();
            }
        }
        return port;
    }
}

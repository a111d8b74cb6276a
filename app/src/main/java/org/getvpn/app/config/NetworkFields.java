// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import java.util.Optional;
import java.util.function.Predicate;
import org.getvpn.ks.api.ObjectReader;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;

/** Reads switches, ports, addresses and prefixes out of one configuration object. */
final class NetworkFields {
    /** Highest port number that stands for a port (OpenFlow 1.3, section 7.2.1: OFPP_MAX). */
    static final long LAST_PORT = 0xffff_ff00L;

    private final ObjectReader reader;
    private final Predicate<DeviceId> known;

    /** Reports problems through {@code reader}; {@code known} tells the switches that ONOS saw. */
    NetworkFields(ObjectReader reader, Predicate<DeviceId> known) {
        this.reader = reader;
        this.known = known;
    }

    /** A switch; one that ONOS never saw is a problem unless {@code ahead}. */
    Optional<DeviceId> device(String field, boolean ahead) {
        return reader.text(field, "of:0000000000000001").flatMap(t -> device(field, t, ahead));
    }

    /** Switch and port, {@code of:0000000000000001/4}. */
    Optional<ConnectPoint> connectPoint(String field, boolean ahead) {
        Optional<String> text = reader.text(field, "of:00000000000000c1/4");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int slash = text.get().lastIndexOf('/');
        Optional<PortNumber> port = slash < 0 ? Optional.empty() : port(text.get(), slash);
        if (port.isEmpty()) {
            reader.problem(field, "must be SWITCH/PORT, like \"of:00000000000000c1/4\"");
            return Optional.empty();
        }
        return device(field, text.get().substring(0, slash), ahead)
                .map(device -> new ConnectPoint(device, port.get()));
    }

    /** An IP address; absence is a problem. */
    Optional<IpAddress> address(String field, String example) {
        return reader.text(field, example).flatMap(text -> addressIn(field, text, example));
    }

    /** An IP address out of a list. */
    Optional<IpAddress> addressIn(String field, String text, String example) {
        try {
            return Optional.of(IpAddress.valueOf(text));
        } catch (IllegalArgumentException e) {
            reader.problem(field, "must be an IP address, like \"" + example + "\"");
            return Optional.empty();
        }
    }

    /** A prefix without host bits. */
    Optional<IpPrefix> prefix(String field, String text) {
        try {
            int slash = text.indexOf('/');
            IpPrefix prefix = IpPrefix.valueOf(text);
            if (slash > 0 && prefix.address().equals(IpAddress.valueOf(text.substring(0, slash)))) {
                return Optional.of(prefix);
            }
            reader.problem(
                    field,
                    "\"" + text + "\" has bits set beyond its length: write \"" + prefix + "\"");
        } catch (IllegalArgumentException e) {
            reader.problem(field, "\"" + text + "\" must be an IP prefix, like \"10.1.0.0/24\"");
        }
        return Optional.empty();
    }

    private Optional<DeviceId> device(String field, String text, boolean ahead) {
        boolean named = text.matches("device:[A-Za-z0-9._-]{1,64}");
        if (!named && !text.matches("of:[0-9a-f]{16}")) {
            reader.problem(
                    field,
                    "must be an OpenFlow switch, of: and 16 lower-case hexadecimal digits, like"
                            + " \"of:0000000000000001\", or a P4 switch as netcfg names it, like"
                            + " \"device:s1\"");
            return Optional.empty();
        }
        DeviceId device = DeviceId.deviceId(text);
        if (!ahead && !known.test(device)) {
            reader.problem(
                    field,
                    "ONOS never saw this switch: "
                            + (named
                                    ? "activate org.onosproject.drivers.bmv2 and give netcfg devices/"
                                            + device
                                            + " a managementAddress, driver \"bmv2\" and pipeconf"
                                            + " \"org.getvpn.group-member\""
                                    : "connect it first")
                            + ", or add \"ahead\": true");
            return Optional.empty();
        }
        return Optional.of(device);
    }

    private static Optional<PortNumber> port(String text, int slash) {
        String digits = text.substring(slash + 1);
        if (!digits.matches("[1-9][0-9]{0,9}") || Long.parseLong(digits) > LAST_PORT) {
            return Optional.empty();
        }
        return Optional.of(PortNumber.portNumber(Long.parseLong(digits)));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.group.DefaultGroupBucket;
import org.onosproject.net.group.DefaultGroupDescription;
import org.onosproject.net.group.DefaultGroupKey;
import org.onosproject.net.group.GroupBucket;
import org.onosproject.net.group.GroupBuckets;
import org.onosproject.net.group.GroupDescription;
import org.onosproject.net.group.GroupKey;

/**
 * The select group over a set of ports. Its number follows from the ports alone, so that rules can
 * name it before it exists and a restarted controller finds it again.
 */
final class EqualPaths {
    /** Our corner of the 32-bit group numbers. */
    private static final int BASE = 0x67000000;

    private EqualPaths() {}

    /** The group's number on any switch. */
    static int number(SortedSet<PortNumber> ports) {
        CRC32 crc = new CRC32();
        crc.update(name(ports).getBytes(StandardCharsets.US_ASCII));
        return BASE | (int) (crc.getValue() & 0x00ff_ffff);
    }

    /** What the application asks ONOS for. */
    static GroupDescription group(
            DeviceId device, SortedSet<PortNumber> ports, ApplicationId application) {
        List<GroupBucket> buckets =
                ports.stream()
                        .map(
                                port ->
                                        DefaultGroupBucket.createSelectGroupBucket(
                                                DefaultTrafficTreatment.builder()
                                                        .setOutput(port)
                                                        .build()))
                        .collect(Collectors.toList());
        GroupKey key = new DefaultGroupKey(name(ports).getBytes(StandardCharsets.US_ASCII));
        return new DefaultGroupDescription(
                device,
                GroupDescription.Type.SELECT,
                new GroupBuckets(buckets),
                key,
                number(ports),
                application);
    }

    private static String name(SortedSet<PortNumber> ports) {
        return ports.stream()
                .map(port -> Long.toString(port.toLong()))
                .collect(Collectors.joining(",", "getvpn-paths:", ""));
    }
}

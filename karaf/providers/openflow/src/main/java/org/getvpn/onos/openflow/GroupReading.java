// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.onosproject.net.group.DefaultGroup;
import org.onosproject.net.group.Group;
import org.onosproject.net.group.Group.GroupState;
import org.onosproject.net.group.GroupBuckets;
import org.onosproject.net.group.StoredGroupBucketEntry;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFGroupDescStatsEntry;
import org.projectfloodlight.openflow.protocol.OFGroupStatsEntry;
import org.projectfloodlight.openflow.types.OFGroup;

/**
 * Compares the groups that a switch holds with those of ONOS's store, once.
 *
 * <p>A group with the stored type and buckets is reported with its counters. One with other buckets
 * is not reported, so the core installs the stored one again. One that the store does not know and
 * that no flow entry refers to is an orphan.
 */
final class GroupReading {
    private final List<Group> present = new ArrayList<>();
    private final Set<OFGroup> orphans = new HashSet<>();

    GroupReading(
            OFFactory factory,
            Iterable<Group> stored,
            Collection<OFGroupDescStatsEntry> described,
            Collection<OFGroupStatsEntry> counted) {
        Map<OFGroup, Group> known = new HashMap<>();
        stored.forEach(group -> known.put(GroupMessages.group(group.id()), group));
        Map<OFGroup, OFGroupStatsEntry> counters = new HashMap<>();
        counted.forEach(entry -> counters.put(entry.getGroup(), entry));
        for (OFGroupDescStatsEntry entry : described) {
            Group group = known.get(entry.getGroup());
            OFGroupStatsEntry counter = counters.get(entry.getGroup());
            if (group == null) {
                if (counter != null && counter.getRefCount() == 0) {
                    orphans.add(entry.getGroup());
                }
            } else if (same(factory, group, entry)) {
                present.add(withCounters(group, counter));
            }
        }
    }

    /** Groups to report to the core. */
    List<Group> present() {
        return present;
    }

    /** Groups that nobody knows and nothing uses. */
    Set<OFGroup> orphans() {
        return orphans;
    }

    private static boolean same(OFFactory factory, Group group, OFGroupDescStatsEntry entry) {
        try {
            return GroupMessages.type(group.type()) == entry.getGroupType()
                    && GroupMessages.buckets(factory, group.type(), group.buckets())
                            .equals(entry.getBuckets());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Group withCounters(Group group, OFGroupStatsEntry counter) {
        DefaultGroup reported =
                new DefaultGroup(
                        group.id(),
                        group.deviceId(),
                        group.type(),
                        new GroupBuckets(group.buckets().buckets()));
        reported.setState(GroupState.ADDED);
        if (counter != null) {
            reported.setLife(counter.getDurationSec());
            reported.setPackets(counter.getPacketCount().getValue());
            reported.setBytes(counter.getByteCount().getValue());
            reported.setReferenceCount(counter.getRefCount());
            int buckets =
                    Math.min(counter.getBucketStats().size(), reported.buckets().buckets().size());
            for (int i = 0; i < buckets; i++) {
                StoredGroupBucketEntry bucket =
                        (StoredGroupBucketEntry) reported.buckets().buckets().get(i);
                bucket.setPackets(counter.getBucketStats().get(i).getPacketCount().getValue());
                bucket.setBytes(counter.getBucketStats().get(i).getByteCount().getValue());
            }
        }
        return reported;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.ArrayList;
import java.util.List;
import org.onosproject.core.GroupId;
import org.onosproject.net.group.GroupBucket;
import org.onosproject.net.group.GroupBuckets;
import org.onosproject.net.group.GroupDescription;
import org.onosproject.net.group.GroupOperation;
import org.projectfloodlight.openflow.protocol.OFBucket;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFGroupMod;
import org.projectfloodlight.openflow.protocol.OFGroupType;
import org.projectfloodlight.openflow.types.OFGroup;
import org.projectfloodlight.openflow.types.OFPort;

/** GROUP_MOD messages for ONOS group operations (ONF TS-023, 7.3.4.2). */
final class GroupMessages {
    private GroupMessages() {}

    /**
     * Writes {@code operation} as {@code type}, which may differ from the operation's own: an ADD
     * of what is already there becomes a MODIFY.
     *
     * @throws IllegalArgumentException if OpenFlow 1.3 or this bundle cannot express the group
     */
    static OFGroupMod write(
            OFFactory factory, GroupOperation operation, GroupOperation.Type type, long xid) {
        OFGroupMod.Builder message;
        switch (type) {
            case ADD:
                message = factory.buildGroupAdd();
                break;
            case MODIFY:
                message = factory.buildGroupModify();
                break;
            case DELETE:
                return factory.buildGroupDelete()
                        .setXid(xid)
                        .setGroup(group(operation.groupId()))
                        .setGroupType(type(operation.groupType()))
                        .build();
            default:
                throw new IllegalArgumentException("operation not supported: " + operation);
        }
        return message.setXid(xid)
                .setGroup(group(operation.groupId()))
                .setGroupType(type(operation.groupType()))
                .setBuckets(buckets(factory, operation.groupType(), operation.buckets()))
                .build();
    }

    static OFGroup group(GroupId id) {
        return OFGroup.of(id.id());
    }

    static OFGroupType type(GroupDescription.Type type) {
        switch (type) {
            case SELECT:
                return OFGroupType.SELECT;
            case INDIRECT:
                return OFGroupType.INDIRECT;
            case ALL:
                return OFGroupType.ALL;
            case FAILOVER:
                return OFGroupType.FF;
            default:
                throw new IllegalArgumentException("group type not supported: " + type);
        }
    }

    /** The buckets as a switch reports them back. */
    static List<OFBucket> buckets(
            OFFactory factory, GroupDescription.Type type, GroupBuckets buckets) {
        List<OFBucket> written = new ArrayList<>();
        for (GroupBucket bucket : buckets.buckets()) {
            written.add(
                    factory.buildBucket()
                            .setWeight(type == GroupDescription.Type.SELECT ? bucket.weight() : 0)
                            .setWatchPort(
                                    bucket.watchPort() == null
                                            ? OFPort.ANY
                                            : MatchWriter.port(bucket.watchPort()))
                            .setWatchGroup(
                                    bucket.watchGroup() == null
                                            ? OFGroup.ANY
                                            : group(bucket.watchGroup()))
                            .setActions(InstructionWriter.actions(factory, bucket.treatment()))
                            .build());
        }
        return written;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.onosproject.core.ApplicationId;
import org.onosproject.core.GroupId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.group.DefaultGroup;
import org.onosproject.net.group.Group;
import org.onosproject.net.group.GroupDescription;
import org.onosproject.net.group.GroupKey;
import org.onosproject.net.group.GroupServiceAdapter;

/** ONOS's group service before one switch that confirms groups, and their end, when told to. */
class GroupsDouble extends GroupServiceAdapter {
    final Map<GroupKey, DefaultGroup> groups = new LinkedHashMap<>();
    int removals;

    @Override
    public void addGroup(GroupDescription wanted) {
        DefaultGroup group = new DefaultGroup(new GroupId(wanted.givenGroupId()), wanted);
        group.setState(Group.GroupState.PENDING_ADD);
        groups.put(wanted.appCookie(), group);
    }

    @Override
    public Group getGroup(DeviceId device, GroupKey key) {
        return groups.get(key);
    }

    @Override
    public Iterable<Group> getGroups(DeviceId device, ApplicationId application) {
        return new ArrayList<>(List.copyOf(groups.values()));
    }

    @Override
    public void removeGroup(DeviceId device, GroupKey key, ApplicationId application) {
        groups.get(key).setState(Group.GroupState.PENDING_DELETE);
        removals++;
    }

    void confirm() {
        groups.values().removeIf(group -> group.state() == Group.GroupState.PENDING_DELETE);
        groups.values().forEach(group -> group.setState(Group.GroupState.ADDED));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.onlab.util.SafeRecurringTask;
import org.onlab.util.Tools;
import org.onosproject.net.DeviceId;
import org.onosproject.net.group.GroupOperation;
import org.onosproject.net.group.GroupOperation.GroupMsgErrorCode;
import org.onosproject.net.group.GroupOperations;
import org.onosproject.net.group.GroupProvider;
import org.onosproject.net.group.GroupProviderRegistry;
import org.onosproject.net.group.GroupProviderService;
import org.onosproject.net.group.GroupService;
import org.onosproject.net.provider.AbstractProvider;
import org.onosproject.openflow.controller.Dpid;
import org.onosproject.openflow.controller.OpenFlowController;
import org.onosproject.openflow.controller.OpenFlowEventListener;
import org.onosproject.openflow.controller.OpenFlowSwitch;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.projectfloodlight.openflow.protocol.OFGroupDescStatsEntry;
import org.projectfloodlight.openflow.protocol.OFGroupDescStatsReply;
import org.projectfloodlight.openflow.protocol.OFGroupModFailedCode;
import org.projectfloodlight.openflow.protocol.OFGroupStatsEntry;
import org.projectfloodlight.openflow.protocol.OFGroupStatsReply;
import org.projectfloodlight.openflow.protocol.OFGroupType;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFStatsReplyFlags;
import org.projectfloodlight.openflow.protocol.errormsg.OFGroupModFailedErrorMsg;
import org.projectfloodlight.openflow.types.OFGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes groups to OpenFlow switches and reports what the switches hold, every {@value
 * #POLL_MILLIS} ms. A group that an earlier ONOS left behind is deleted once nothing refers to it.
 */
@Component(immediate = true)
public class OpenFlowGroups extends AbstractProvider implements GroupProvider {
    private static final long POLL_MILLIS = 2000;

    private final Logger log = LoggerFactory.getLogger(getClass());

    @Reference protected GroupProviderRegistry registry;
    @Reference protected GroupService groups;
    @Reference protected OpenFlowController controller;

    private final OpenFlowEventListener listener = this::received;
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
    private final Map<Dpid, Answer> answers = new ConcurrentHashMap<>();
    private final Map<Dpid, Set<OFGroup>> orphans = new ConcurrentHashMap<>();

    private GroupProviderService service;
    private ScheduledExecutorService clock;

    /** Made by the component runtime. */
    public OpenFlowGroups() {
        super(Switches.PROVIDER);
    }

    @Activate
    protected void activate() {
        service = registry.register(this);
        controller.addEventListener(listener);
        clock =
                Executors.newSingleThreadScheduledExecutor(
                        Tools.groupedThreads("getvpn/openflow", "groups", log));
        clock.scheduleWithFixedDelay(
                SafeRecurringTask.wrap(this::poll), 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
        log.info("Started");
    }

    @Deactivate
    protected void deactivate() {
        clock.shutdownNow();
        controller.removeEventListener(listener);
        registry.unregister(this);
        log.info("Stopped");
    }

    @Override
    public void performGroupOperation(DeviceId device, GroupOperations operations) {
        OpenFlowSwitch sw = controller.getSwitch(Switches.dpid(device));
        for (GroupOperation operation : operations.operations()) {
            if (sw == null) {
                fail(device, operation, GroupMsgErrorCode.EPERM);
            } else {
                send(sw, new Pending(device, operation, operation.opType()));
            }
        }
    }

    private void send(OpenFlowSwitch sw, Pending change) {
        long xid = Switches.nextXid();
        try {
            OFMessage message =
                    GroupMessages.write(sw.factory(), change.operation, change.sentAs, xid);
            pending.put(xid, change);
            sw.sendMsg(message);
        } catch (IllegalArgumentException e) {
            log.warn("Not sent: {} in {}", e.getMessage(), change.operation);
            fail(change.device, change.operation, GroupMsgErrorCode.BAD_BUCKET);
        }
    }

    private void fail(DeviceId device, GroupOperation operation, GroupMsgErrorCode code) {
        service.groupOperationFailed(
                device, GroupOperation.createFailedGroupOperation(operation, code));
    }

    private void poll() {
        // what the switch has not refused until the next reading, it has taken
        pending.values().removeIf(Pending::grownOld);
        Set<Dpid> here = ConcurrentHashMap.newKeySet();
        for (OpenFlowSwitch sw : controller.getMasterSwitches()) {
            here.add(sw.getDpid());
            long xid = Switches.nextXid();
            answers.put(sw.getDpid(), new Answer(xid));
            // counters first: with the description the answer is complete
            sw.sendMsg(
                    sw.factory()
                            .buildGroupStatsRequest()
                            .setGroup(OFGroup.ALL)
                            .setXid(xid)
                            .build());
            sw.sendMsg(sw.factory().buildGroupDescStatsRequest().setXid(xid).build());
        }
        answers.keySet().retainAll(here);
        orphans.keySet().retainAll(here);
    }

    private void received(Dpid dpid, OFMessage message) {
        if (message instanceof OFGroupModFailedErrorMsg) {
            refused(dpid, (OFGroupModFailedErrorMsg) message);
            return;
        }
        Answer answer = answers.get(dpid);
        if (answer == null || answer.xid != message.getXid()) {
            return;
        }
        if (message instanceof OFGroupStatsReply) {
            answer.counters((OFGroupStatsReply) message);
        } else if (message instanceof OFGroupDescStatsReply
                && answer.descriptions((OFGroupDescStatsReply) message)) {
            Optional.ofNullable(controller.getMasterSwitch(dpid)).ifPresent(sw -> read(sw, answer));
        }
    }

    private void refused(Dpid dpid, OFGroupModFailedErrorMsg error) {
        Pending change = pending.remove(error.getXid());
        if (change == null) {
            return;
        }
        OpenFlowSwitch sw = controller.getSwitch(dpid);
        Optional<GroupOperation.Type> instead = change.instead(error.getCode());
        if (sw != null && instead.isPresent()) {
            send(sw, new Pending(change.device, change.operation, instead.get()));
        } else {
            log.warn("{} refuses a group: {}", dpid, error);
            fail(
                    change.device,
                    change.operation,
                    GroupMsgErrorCode.valueOf(error.getCode().name()));
        }
    }

    private void read(OpenFlowSwitch sw, Answer answer) {
        DeviceId device = Switches.device(sw.getDpid());
        GroupReading reading =
                new GroupReading(
                        sw.factory(), groups.getGroups(device), answer.described, answer.counted);
        service.pushGroupMetrics(device, reading.present());
        Set<OFGroup> before = orphans.put(sw.getDpid(), reading.orphans());
        if (before != null) {
            reading.orphans().stream().filter(before::contains).forEach(g -> delete(sw, g));
        }
    }

    private void delete(OpenFlowSwitch sw, OFGroup group) {
        log.info("{}: group {} is unknown and unused, deleted", sw.getDpid(), group);
        sw.sendMsg(
                sw.factory()
                        .buildGroupDelete()
                        .setXid(Switches.nextXid())
                        .setGroup(group)
                        .setGroupType(OFGroupType.ALL)
                        .build());
    }

    /** A change on its way to a switch. */
    private static final class Pending {
        private final DeviceId device;
        private final GroupOperation operation;
        private final GroupOperation.Type sentAs;
        private boolean old;

        Pending(DeviceId device, GroupOperation operation, GroupOperation.Type sentAs) {
            this.device = device;
            this.operation = operation;
            this.sentAs = sentAs;
        }

        /** Whether this was asked before. */
        boolean grownOld() {
            boolean before = old;
            old = true;
            return before;
        }

        /**
         * What to send instead of what the switch refused: it has the group already, or has not.
         */
        Optional<GroupOperation.Type> instead(OFGroupModFailedCode code) {
            if (sentAs != operation.opType()) {
                return Optional.empty();
            }
            if (sentAs == GroupOperation.Type.ADD && code == OFGroupModFailedCode.GROUP_EXISTS) {
                return Optional.of(GroupOperation.Type.MODIFY);
            }
            if (sentAs == GroupOperation.Type.MODIFY
                    && code == OFGroupModFailedCode.UNKNOWN_GROUP) {
                return Optional.of(GroupOperation.Type.ADD);
            }
            return Optional.empty();
        }
    }

    /** One answer to "what groups do you hold", which comes in several messages. */
    private static final class Answer {
        private final long xid;
        private final List<OFGroupStatsEntry> counted = new ArrayList<>();
        private final List<OFGroupDescStatsEntry> described = new ArrayList<>();

        Answer(long xid) {
            this.xid = xid;
        }

        synchronized void counters(OFGroupStatsReply part) {
            counted.addAll(part.getEntries());
        }

        /** Whether this was the last part. */
        synchronized boolean descriptions(OFGroupDescStatsReply part) {
            described.addAll(part.getEntries());
            return !part.getFlags().contains(OFStatsReplyFlags.REPLY_MORE);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
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
import org.onosproject.net.Device;
import org.onosproject.net.DeviceId;
import org.onosproject.net.device.DeviceService;
import org.onosproject.net.flow.DefaultFlowEntry;
import org.onosproject.net.flow.DefaultTableStatisticsEntry;
import org.onosproject.net.flow.FlowEntry;
import org.onosproject.net.flow.FlowEntry.FlowEntryState;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.flow.FlowRuleProvider;
import org.onosproject.net.flow.FlowRuleProviderRegistry;
import org.onosproject.net.flow.FlowRuleProviderService;
import org.onosproject.net.flow.FlowRuleService;
import org.onosproject.net.flow.IndexTableId;
import org.onosproject.net.flow.TableStatisticsEntry;
import org.onosproject.net.flow.oldbatch.FlowRuleBatchOperation;
import org.onosproject.net.provider.AbstractProvider;
import org.onosproject.openflow.controller.Dpid;
import org.onosproject.openflow.controller.OpenFlowController;
import org.onosproject.openflow.controller.OpenFlowEventListener;
import org.onosproject.openflow.controller.OpenFlowSwitch;
import org.onosproject.openflow.controller.OpenFlowSwitchListener;
import org.onosproject.openflow.controller.RoleState;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.projectfloodlight.openflow.protocol.OFErrorMsg;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFFlowRemoved;
import org.projectfloodlight.openflow.protocol.OFFlowRemovedReason;
import org.projectfloodlight.openflow.protocol.OFFlowStatsEntry;
import org.projectfloodlight.openflow.protocol.OFFlowStatsReply;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFPortStatus;
import org.projectfloodlight.openflow.protocol.OFTableStatsReply;
import org.projectfloodlight.openflow.types.OFGroup;
import org.projectfloodlight.openflow.types.OFPort;
import org.projectfloodlight.openflow.types.TableId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes flow rules to OpenFlow switches and reports what the switches hold, foreign entries too.
 *
 * <p>Each switch is read every {@value #POLL_MILLIS} ms and shortly after each batch, so that a
 * rule is confirmed, or found missing, within that time. A removal that the switch announces is
 * passed on at once. See {@link FlowTableReading} for how the two sides are compared.
 */
@Component(immediate = true)
public class OpenFlowRules extends AbstractProvider implements FlowRuleProvider {
    private static final long POLL_MILLIS = 2500;
    private static final long CONFIRM_MILLIS = 100;

    /** After this time a question without answer is asked again. */
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final Set<FlowEntryState> LEAVING =
            EnumSet.of(FlowEntryState.PENDING_REMOVE, FlowEntryState.REMOVED);

    private final Logger log = LoggerFactory.getLogger(getClass());

    @Reference protected FlowRuleProviderRegistry registry;
    @Reference protected FlowRuleService rules;
    @Reference protected DeviceService devices;
    @Reference protected OpenFlowController controller;

    private final Messages messages = new Messages();
    private final Connections connections = new Connections();
    private final Map<Long, FlowBatch> batches = new ConcurrentHashMap<>();
    private final AskedRules asked = new AskedRules();
    private final Map<Dpid, TableAnswer> answers = new ConcurrentHashMap<>();
    private final Map<DeviceId, List<String>> unreadable = new ConcurrentHashMap<>();
    private final Set<Dpid> soon = ConcurrentHashMap.newKeySet();

    private FlowRuleProviderService service;
    private ScheduledExecutorService clock;

    /** Made by the component runtime. */
    public OpenFlowRules() {
        super(Switches.PROVIDER);
    }

    @Activate
    protected void activate() {
        service = registry.register(this);
        // what the store holds before this provider reports anything, applications asked for
        for (Device device : devices.getDevices()) {
            rules.getFlowEntries(device.id()).forEach(asked::add);
        }
        clock =
                Executors.newSingleThreadScheduledExecutor(
                        Tools.groupedThreads("getvpn/openflow", "rules", log));
        controller.addEventListener(messages);
        controller.addListener(connections);
        clock.scheduleWithFixedDelay(
                SafeRecurringTask.wrap(this::pollAll),
                POLL_MILLIS,
                POLL_MILLIS,
                TimeUnit.MILLISECONDS);
        log.info("Started");
    }

    @Deactivate
    protected void deactivate() {
        controller.removeListener(connections);
        controller.removeEventListener(messages);
        clock.shutdownNow();
        registry.unregister(this);
        log.info("Stopped");
    }

    @Override
    public void applyFlowRule(FlowRule... flowRules) {
        for (FlowRule rule : flowRules) {
            Switches.find(controller, rule.deviceId())
                    .ifPresent(
                            sw -> {
                                takePlace(sw, List.of(rule));
                                send(sw, rule, FlowMessages::add);
                            });
        }
    }

    /**
     * Deletes rules that the store is about to lose. The core comes here also with entries that its
     * store never had, when it is not configured to keep those; they stay until an application that
     * has seen them asks for their removal.
     */
    @Override
    public void removeFlowRule(FlowRule... flowRules) {
        for (FlowRule rule : flowRules) {
            FlowEntry entry = rules.getFlowEntry(rule);
            if (entry == null || !LEAVING.contains(entry.state())) {
                log.debug("Not deleted, because nobody asked for it: {}", rule);
            } else {
                Switches.find(controller, rule.deviceId())
                        .ifPresent(sw -> send(sw, rule, FlowMessages::delete));
            }
        }
    }

    private void send(OpenFlowSwitch sw, FlowRule rule, FlowMessage message) {
        try {
            // No early reading here: what a switch keeps refusing would be sent again and again.
            sw.sendMsg(message.write(sw.factory(), rule, Switches.nextXid()));
        } catch (IllegalArgumentException e) {
            log.warn("Not sent: {} in {}", e.getMessage(), rule);
        }
    }

    @Override
    public void executeBatch(FlowRuleBatchOperation operation) {
        FlowBatch batch = new FlowBatch(operation, Switches.nextXid());
        batch.removed().forEach(asked::remove);
        batch.added().forEach(asked::add);
        OpenFlowSwitch sw = controller.getSwitch(Switches.dpid(operation.deviceId()));
        if (sw == null) {
            batch.failAll();
            service.batchOperationCompleted(batch.id(), batch.result());
            return;
        }
        takePlace(sw, batch.added());
        List<String> refusals = new ArrayList<>();
        List<OFMessage> toSend = batch.messages(sw.factory(), refusals);
        refusals.forEach(line -> log.warn("Not sent: {}", line));
        batches.put(batch.xid(), batch);
        sw.sendMsg(toSend);
    }

    /** Withdraws from the store the foreign entries whose places {@code added} will take. */
    private void takePlace(OpenFlowSwitch sw, List<FlowRule> added) {
        Set<EntryKey> places = new HashSet<>();
        added.forEach(rule -> place(sw, rule).ifPresent(places::add));
        for (FlowEntry entry : rules.getFlowEntries(Switches.device(sw.getDpid()))) {
            if (asked.foreign(entry) && place(sw, entry).filter(places::contains).isPresent()) {
                withdraw(entry);
            }
        }
    }

    private void withdraw(FlowEntry entry) {
        FlowEntry stored = rules.getFlowEntry(entry);
        // asked for in the meantime? A rule just asked for waits as PENDING_ADD.
        if (stored != null && stored.state() == FlowEntryState.ADDED && asked.foreign(stored)) {
            service.flowRemoved(FlowTableReading.expired(stored));
        }
    }

    private static Optional<EntryKey> place(OpenFlowSwitch sw, FlowRule rule) {
        try {
            return Optional.of(EntryKey.of(sw.factory(), rule));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void pollAll() {
        controller.getMasterSwitches().forEach(this::poll);
    }

    /** Reads the switch again in a moment; many wishes within the moment are one reading. */
    private void pollSoon(Dpid dpid) {
        if (soon.add(dpid)) {
            clock.schedule(
                    SafeRecurringTask.wrap(
                            () -> {
                                soon.remove(dpid);
                                answers.remove(dpid);
                                Optional.ofNullable(controller.getMasterSwitch(dpid))
                                        .ifPresent(this::poll);
                            }),
                    CONFIRM_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void poll(OpenFlowSwitch sw) {
        long now = System.nanoTime();
        TableAnswer before = answers.get(sw.getDpid());
        if (before != null && !before.olderThan(ANSWER_NANOS, now)) {
            return;
        }
        long xid = Switches.nextXid();
        answers.put(sw.getDpid(), new TableAnswer(xid, now));
        sw.sendMsg(
                sw.factory()
                        .buildFlowStatsRequest()
                        .setXid(xid)
                        .setMatch(sw.factory().matchWildcardAll())
                        .setTableId(TableId.ALL)
                        .setOutPort(OFPort.ANY)
                        .setOutGroup(OFGroup.ANY)
                        .build());
        sw.sendMsg(sw.factory().buildTableStatsRequest().setXid(Switches.nextXid()).build());
    }

    private void read(OpenFlowSwitch sw, List<OFFlowStatsEntry> reported) {
        DeviceId device = Switches.device(sw.getDpid());
        FlowTableReading reading =
                new FlowTableReading(
                        sw.factory(),
                        device,
                        rules.getFlowEntries(device),
                        asked::foreign,
                        reported);
        reading.withdrawn().forEach(this::withdraw);
        if (reading.changed() > 0) {
            log.warn("{}: {} entries were changed by others", device, reading.changed());
        }
        List<String> lines = reading.unreadable();
        if (!lines.equals(unreadable.put(device, lines))) {
            lines.forEach(line -> log.warn("{}: ONOS cannot express {}", device, line));
        }
        service.pushFlowMetrics(device, reading.present());
    }

    private void removed(OpenFlowSwitch sw, OFFlowRemoved message) {
        DeviceId device = Switches.device(sw.getDpid());
        EntryKey place = EntryKey.of(message);
        for (FlowEntry entry : rules.getFlowEntries(device)) {
            if (entry.id().value() == message.getCookie().getValue()
                    && place(sw, entry).filter(place::equals).isPresent()) {
                boolean forget =
                        asked.foreign(entry)
                                || message.getReason() == OFFlowRemovedReason.HARD_TIMEOUT;
                service.flowRemoved(
                        forget
                                ? FlowTableReading.expired(entry)
                                : new DefaultFlowEntry(entry, FlowEntryState.REMOVED));
            }
        }
    }

    private void tables(DeviceId device, OFTableStatsReply reply) {
        List<TableStatisticsEntry> tables = new ArrayList<>();
        reply.getEntries().stream()
                .filter(e -> e.getActiveCount() > 0 || e.getLookupCount().getValue() > 0)
                .forEach(
                        e ->
                                tables.add(
                                        DefaultTableStatisticsEntry.builder()
                                                .withDeviceId(device)
                                                .withTableId(
                                                        IndexTableId.of(e.getTableId().getValue()))
                                                .withActiveFlowEntries(e.getActiveCount())
                                                .withPacketsLookedUpCount(
                                                        e.getLookupCount().getValue())
                                                .withPacketsMatchedCount(
                                                        e.getMatchedCount().getValue())
                                                .build()));
        service.pushTableStatistics(device, tables);
    }

    private interface FlowMessage {
        OFMessage write(OFFactory factory, FlowRule rule, long xid);
    }

    /** What switches say. */
    private final class Messages implements OpenFlowEventListener {
        @Override
        public void handleMessage(Dpid dpid, OFMessage message) {
            switch (message.getType()) {
                case BARRIER_REPLY:
                    FlowBatch done = batches.remove(message.getXid());
                    if (done != null) {
                        service.batchOperationCompleted(done.id(), done.result());
                        pollSoon(dpid);
                    }
                    break;
                case ERROR:
                    FlowBatch failing = batches.get(message.getXid());
                    if (failing != null) {
                        OFErrorMsg error = (OFErrorMsg) message;
                        log.warn("{} refuses a flow rule: {}", dpid, error);
                        failing.fail(error.getData().getData());
                    }
                    break;
                case FLOW_REMOVED:
                    Optional.ofNullable(controller.getMasterSwitch(dpid))
                            .ifPresent(sw -> removed(sw, (OFFlowRemoved) message));
                    break;
                case STATS_REPLY:
                    statistics(dpid, message);
                    break;
                default:
                    break;
            }
        }

        private void statistics(Dpid dpid, OFMessage message) {
            if (message instanceof OFTableStatsReply) {
                tables(Switches.device(dpid), (OFTableStatsReply) message);
            }
            OpenFlowSwitch sw = controller.getMasterSwitch(dpid);
            TableAnswer answer = answers.get(dpid);
            if (sw != null && answer != null && message instanceof OFFlowStatsReply) {
                answer.add((OFFlowStatsReply) message)
                        .ifPresent(
                                entries -> {
                                    answers.remove(dpid, answer);
                                    read(sw, entries);
                                });
            }
        }
    }

    /** Switches that come and go. */
    private final class Connections implements OpenFlowSwitchListener {
        @Override
        public void switchAdded(Dpid dpid) {
            pollSoon(dpid);
        }

        @Override
        public void switchRemoved(Dpid dpid) {
            answers.remove(dpid);
            DeviceId device = Switches.device(dpid);
            unreadable.remove(device);
            // no barrier reply will come any more
            batches.values()
                    .removeIf(
                            batch -> {
                                boolean lost = batch.device().equals(device);
                                if (lost) {
                                    batch.failAll();
                                    service.batchOperationCompleted(batch.id(), batch.result());
                                }
                                return lost;
                            });
        }

        @Override
        public void switchChanged(Dpid dpid) {
            // ports only; rules do not depend on them
        }

        @Override
        public void portChanged(Dpid dpid, OFPortStatus status) {
            // rules do not depend on ports
        }

        @Override
        public void receivedRoleReply(Dpid dpid, RoleState requested, RoleState response) {
            if (response == RoleState.MASTER) {
                pollSoon(dpid);
            }
        }
    }
}

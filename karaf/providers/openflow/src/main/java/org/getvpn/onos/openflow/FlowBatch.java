// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.onosproject.net.DeviceId;
import org.onosproject.net.flow.CompletedBatchOperation;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.flow.oldbatch.FlowRuleBatchEntry;
import org.onosproject.net.flow.oldbatch.FlowRuleBatchEntry.FlowRuleOperation;
import org.onosproject.net.flow.oldbatch.FlowRuleBatchOperation;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFMessage;

/**
 * Flow rules on their way to one switch, closed by a barrier; which of them the switch or this
 * bundle refused.
 *
 * <p>All messages of a batch carry one transaction id, the barrier too: the controller hands errors
 * and barriers to different threads and keeps their order only within a transaction. Which rule an
 * error is about is told by the cookie in the copy of the message that the error quotes.
 */
final class FlowBatch {
    /** Octets 8 to 15 of a FLOW_MOD are the cookie; a switch quotes at least 64 octets (7.4.4). */
    private static final int COOKIE_OFFSET = 8;

    private final FlowRuleBatchOperation operation;
    private final long xid;
    private final Map<Long, FlowRule> byCookie = new HashMap<>();
    private final Set<FlowRule> failed = new HashSet<>();

    FlowBatch(FlowRuleBatchOperation operation, long xid) {
        this.operation = operation;
        this.xid = xid;
    }

    long id() {
        return operation.id();
    }

    long xid() {
        return xid;
    }

    DeviceId device() {
        return operation.deviceId();
    }

    /** The rules that the batch installs. */
    List<FlowRule> added() {
        return targets(operator -> operator != FlowRuleOperation.REMOVE);
    }

    /** The rules that the batch removes. */
    List<FlowRule> removed() {
        return targets(operator -> operator == FlowRuleOperation.REMOVE);
    }

    private List<FlowRule> targets(Predicate<FlowRuleOperation> wanted) {
        return operation.getOperations().stream()
                .filter(entry -> wanted.test(entry.operator()))
                .map(FlowRuleBatchEntry::target)
                .collect(Collectors.toList());
    }

    /**
     * The messages of the batch, the barrier last. A rule that cannot be expressed fails alone,
     * with a line in {@code refusals}.
     */
    synchronized List<OFMessage> messages(OFFactory factory, List<String> refusals) {
        List<OFMessage> messages = new ArrayList<>();
        for (FlowRuleBatchEntry entry : operation.getOperations()) {
            FlowRule rule = entry.target();
            try {
                messages.add(
                        entry.operator() == FlowRuleOperation.REMOVE
                                ? FlowMessages.delete(factory, rule, xid)
                                : FlowMessages.add(factory, rule, xid));
                byCookie.put(rule.id().value(), rule);
            } catch (IllegalArgumentException e) {
                failed.add(rule);
                refusals.add(e.getMessage() + " in " + rule);
            }
        }
        messages.add(factory.buildBarrierRequest().setXid(xid).build());
        return messages;
    }

    /**
     * Marks the rule as failed whose message an error quotes; all of them if the quote is too short
     * or is none of ours.
     */
    synchronized void fail(byte[] quoted) {
        FlowRule rule =
                quoted.length < COOKIE_OFFSET + Long.BYTES
                        ? null
                        : byCookie.get(ByteBuffer.wrap(quoted).getLong(COOKIE_OFFSET));
        if (rule == null) {
            failAll();
        } else {
            failed.add(rule);
        }
    }

    /** Marks every rule as failed: the switch is gone. */
    synchronized void failAll() {
        operation.getOperations().forEach(entry -> failed.add(entry.target()));
    }

    synchronized CompletedBatchOperation result() {
        return new CompletedBatchOperation(failed.isEmpty(), Set.copyOf(failed), device());
    }
}

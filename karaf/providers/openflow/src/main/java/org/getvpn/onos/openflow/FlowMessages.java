// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.EnumSet;
import java.util.Set;
import org.onosproject.net.flow.FlowRule;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFFlowMod;
import org.projectfloodlight.openflow.protocol.OFFlowModFlags;
import org.projectfloodlight.openflow.types.OFBufferId;
import org.projectfloodlight.openflow.types.OFGroup;
import org.projectfloodlight.openflow.types.OFPort;
import org.projectfloodlight.openflow.types.TableId;
import org.projectfloodlight.openflow.types.U64;

/**
 * FLOW_MOD messages for ONOS flow rules (ONF TS-023, 7.3.4.1).
 *
 * <p>The cookie is the ONOS flow id, so that statistics find their rule again.
 */
final class FlowMessages {
    private static final Set<OFFlowModFlags> REPORT_REMOVAL =
            EnumSet.of(OFFlowModFlags.SEND_FLOW_REM);

    private FlowMessages() {}

    /**
     * Installs {@code rule}. A switch that already holds an entry with the same table, priority and
     * match replaces it in one step, without a gap.
     *
     * @throws IllegalArgumentException if OpenFlow 1.3 or this bundle cannot express the rule
     */
    static OFFlowMod add(OFFactory factory, FlowRule rule, long xid) {
        // ONOS ends idle rules itself, from the counters; hard timeouts are the switch's
        return factory.buildFlowAdd()
                .setXid(xid)
                .setCookie(U64.of(rule.id().value()))
                .setTableId(TableId.of(rule.tableId()))
                .setPriority(rule.priority())
                .setHardTimeout(rule.hardTimeout())
                .setBufferId(OFBufferId.NO_BUFFER)
                .setOutPort(OFPort.ANY)
                .setOutGroup(OFGroup.ANY)
                .setFlags(REPORT_REMOVAL)
                .setMatch(MatchWriter.write(factory, rule.selector()))
                .setInstructions(InstructionWriter.instructions(factory, rule.treatment()))
                .build();
    }

    /**
     * Deletes exactly {@code rule}: same table, priority, match and cookie. The cookie keeps a late
     * deletion from hitting an entry that has since taken the place of the one meant.
     *
     * @throws IllegalArgumentException if OpenFlow 1.3 or this bundle cannot express the match
     */
    static OFFlowMod delete(OFFactory factory, FlowRule rule, long xid) {
        return factory.buildFlowDeleteStrict()
                .setXid(xid)
                .setCookie(U64.of(rule.id().value()))
                .setCookieMask(U64.NO_MASK)
                .setTableId(TableId.of(rule.tableId()))
                .setPriority(rule.priority())
                .setBufferId(OFBufferId.NO_BUFFER)
                .setOutPort(OFPort.ANY)
                .setOutGroup(OFGroup.ANY)
                .setMatch(MatchWriter.write(factory, rule.selector()))
                .build();
    }
}

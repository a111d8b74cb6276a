// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.Collection;
import org.getvpn.app.openflow.PolicyRule;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultFlowRule;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.flow.TrafficSelector;
import org.onosproject.net.flow.TrafficTreatment;

/** Where a tree of multicast branches: a copy, with one hop less, out of each of several ports. */
final class Branch {
    private Branch() {}

    /** The branch as a rule of table 1. */
    static PolicyRule rule(
            ApplicationId application,
            DeviceId device,
            int priority,
            TrafficSelector packets,
            Collection<PortNumber> ports,
            String site,
            String purpose) {
        TrafficTreatment.Builder copies =
                DefaultTrafficTreatment.builder().setEthSrc(VirtualMac.HOP).decNwTtl();
        ports.forEach(copies::setOutput);
        return PolicyRule.permit(
                DefaultFlowRule.builder()
                        .forDevice(device)
                        .fromApp(application)
                        .forTable(ForwardingTranslator.TABLE)
                        .withPriority(priority)
                        .withSelector(packets)
                        .withTreatment(copies.build())
                        .makePermanent()
                        .build(),
                site,
                purpose);
    }
}

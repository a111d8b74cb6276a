// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.List;
import java.util.Optional;
import org.getvpn.app.p4.GroupMemberPipeconf;
import org.getvpn.app.p4.P4Limits;
import org.getvpn.app.policy.DevicePolicy;
import org.onosproject.net.DeviceId;
import org.onosproject.net.pi.model.PiPipeconf;
import org.onosproject.net.pi.model.PiPipeconfId;
import org.onosproject.net.pi.service.PiPipeconfService;

/** Tells OpenFlow switches from P4 switches, by the pipeconf that is bound to them. */
class SwitchKinds {
    private static final String OPENFLOW = "of";

    private final PiPipeconfService pipeconfs;

    SwitchKinds(PiPipeconfService pipeconfs) {
        this.pipeconfs = pipeconfs;
    }

    /** Whether {@code device} runs our P4 program. */
    boolean isP4(DeviceId device) {
        return pipeconf(device).filter(GroupMemberPipeconf.ID::equals).isPresent();
    }

    /** Why nothing can be enforced on the switch, with what to do; empty if it can. */
    List<String> problems(DevicePolicy policy) {
        DeviceId device = policy.device();
        if (isP4(device)) {
            return P4Limits.problems(policy);
        }
        Optional<PiPipeconfId> other = pipeconf(device);
        if (other.isPresent()) {
            return List.of(
                    device
                            + " runs pipeconf "
                            + other.get()
                            + ": set devices/"
                            + device
                            + "/basic/pipeconf in netcfg to "
                            + GroupMemberPipeconf.ID);
        }
        if (!device.uri().getScheme().equals(OPENFLOW)) {
            return List.of(
                    device
                            + " is no OpenFlow switch and has no pipeconf: activate"
                            + " org.onosproject.drivers.bmv2 (or the driver application of the"
                            + " switch), then set driver and pipeconf "
                            + GroupMemberPipeconf.ID
                            + " in netcfg devices/"
                            + device
                            + "/basic");
        }
        return List.of();
    }

    private Optional<PiPipeconfId> pipeconf(DeviceId device) {
        return pipeconfs.getPipeconf(device).map(PiPipeconf::id);
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.List;
import org.getvpn.app.p4.P4Limits;
import org.getvpn.app.policy.DevicePolicy;
import org.onosproject.net.DeviceId;

/** Switches named {@code device:} run our P4 program, all others are OpenFlow switches. */
final class SwitchKindsDouble extends SwitchKinds {
    SwitchKindsDouble() {
        super(null);
    }

    @Override
    boolean isP4(DeviceId device) {
        return device.uri().getScheme().equals("device");
    }

    @Override
    List<String> problems(DevicePolicy policy) {
        return isP4(policy.device()) ? P4Limits.problems(policy) : List.of();
    }
}

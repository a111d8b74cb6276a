// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.easymock.EasyMock;
import org.getvpn.app.p4.GroupMemberPipeconf;
import org.getvpn.app.policy.DevicePolicy;
import org.junit.jupiter.api.Test;
import org.onosproject.net.DeviceId;
import org.onosproject.net.pi.PiPipeconfServiceAdapter;
import org.onosproject.net.pi.model.PiPipeconf;
import org.onosproject.net.pi.model.PiPipeconfId;

/** What a switch is, is seen from its pipeconf; what it cannot be is said with the remedy. */
class SwitchKindsTest {
    private static final DeviceId P4 = DeviceId.deviceId("device:s1");
    private static final DeviceId OPENFLOW = DeviceId.deviceId("of:0000000000000001");

    private final Map<DeviceId, PiPipeconfId> bound = new HashMap<>();
    private final SwitchKinds kinds =
            new SwitchKinds(
                    new PiPipeconfServiceAdapter() {
                        @Override
                        public Optional<PiPipeconf> getPipeconf(DeviceId device) {
                            return Optional.ofNullable(bound.get(device))
                                    .map(SwitchKindsTest::pipeconf);
                        }
                    });

    @Test
    void aSwitchBoundToOurPipeconfIsAP4Switch() {
        bound.put(P4, GroupMemberPipeconf.ID);
        assertTrue(kinds.isP4(P4));
        assertFalse(kinds.isP4(OPENFLOW));
        assertEquals(List.of(), kinds.problems(policy(OPENFLOW)));
    }

    @Test
    void aSwitchWithoutAPipeconfIsRefusedWithWhatToInstall() {
        String problem = kinds.problems(policy(P4)).get(0);
        assertTrue(problem.contains("org.onosproject.drivers.bmv2"), problem);
        assertTrue(problem.contains("org.getvpn.group-member"), problem);
        assertTrue(problem.contains("devices/device:s1/basic"), problem);
    }

    @Test
    void aSwitchThatRunsAnotherProgramIsRefusedWithItsName() {
        bound.put(P4, new PiPipeconfId("org.onosproject.pipelines.basic"));
        String problem = kinds.problems(policy(P4)).get(0);
        assertTrue(problem.contains("org.onosproject.pipelines.basic"), problem);
        assertTrue(problem.contains("org.getvpn.group-member"), problem);
    }

    private static DevicePolicy policy(DeviceId device) {
        return new DevicePolicy(device, List.of(), Optional.empty());
    }

    private static PiPipeconf pipeconf(PiPipeconfId id) {
        PiPipeconf pipeconf = EasyMock.createNiceMock(PiPipeconf.class);
        EasyMock.expect(pipeconf.id()).andReturn(id).anyTimes();
        EasyMock.replay(pipeconf);
        return pipeconf;
    }
}

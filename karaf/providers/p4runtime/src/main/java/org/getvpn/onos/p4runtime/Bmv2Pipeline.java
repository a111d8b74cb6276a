// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.onosproject.drivers.p4runtime.AbstractP4RuntimePipelineProgrammable;
import org.onosproject.net.pi.model.PiPipeconf;

/** What simple_switch_grpc takes as device configuration: the compiler's JSON. */
public class Bmv2Pipeline extends AbstractP4RuntimePipelineProgrammable {
    @Override
    public Optional<PiPipeconf> getDefaultPipeconf() {
        return Optional.empty();
    }

    @Override
    public ByteBuffer createDeviceDataBuffer(PiPipeconf pipeconf) {
        Optional<InputStream> json = pipeconf.extension(PiPipeconf.ExtensionType.BMV2_JSON);
        if (json.isEmpty()) {
            log.warn("pipeconf {} has no bmv2 JSON: it is for other switches", pipeconf.id());
            return null;
        }
        try (InputStream in = json.get()) {
            return ByteBuffer.wrap(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Two routers of the kernel, nothing encrypted: what the machine and its veths can do. */
final class KernelForwarding implements Contender {
    @Override
    public String key() {
        return "kernel";
    }

    @Override
    public String description() {
        return "forwarding by Linux " + System.getProperty("os.version") + ", not encrypted";
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public MeasuredPath.Layout layout() {
        return MeasuredPath.Layout.ROUTED;
    }

    @Override
    public boolean encrypts() {
        return false;
    }

    @Override
    public Gateways start(MeasuredPath path) throws IOException {
        path.g1().ip("route", "add", "10.2.0.0/24", "via", MeasuredPath.G2_WAN);
        path.g2().ip("route", "add", "10.1.0.0/24", "via", MeasuredPath.G1_WAN);
        return new Gateways() {
            @Override
            public List<Process> processes() {
                return List.of();
            }

            @Override
            public Map<String, Long> losses() {
                return Map.of();
            }

            @Override
            public void close() {
                // the routes go with the path
            }
        };
    }
}

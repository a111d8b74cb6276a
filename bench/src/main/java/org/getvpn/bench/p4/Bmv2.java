// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.p4;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.getvpn.bench.lab.Command;
import org.getvpn.bench.lab.Node;

/** bmv2's {@code simple_switch_grpc}, the reference that is in no package of Debian. */
record Bmv2(String program) {
    static final String MISSING =
            "bmv2: simple_switch_grpc is neither on the PATH nor named by GETVPN_BMV2 (docs/p4.md)";

    /** The one that {@code GETVPN_BMV2} names, else that of the PATH. */
    static Optional<Bmv2> installed() {
        String named = System.getenv("GETVPN_BMV2");
        if (named != null && Path.of(named).toFile().canExecute()) {
            return Optional.of(new Bmv2(named));
        }
        return Command.exists("simple_switch_grpc")
                ? Optional.of(new Bmv2("simple_switch_grpc"))
                : Optional.empty();
    }

    /** Starts it without a program at ports 1 (a1) and 2 (w1), device 1. */
    Process start(Node node, int p4runtimePort, Path log) throws IOException {
        return Command.start(
                node.command(
                        List.of(
                                program,
                                "--no-p4",
                                "--device-id",
                                "1",
                                "-i",
                                SwitchPath.LOCAL_PORT + "@a1",
                                "-i",
                                SwitchPath.WAN_PORT + "@w1",
                                "--",
                                "--grpc-server-addr",
                                "127.0.0.1:" + p4runtimePort,
                                "--cpu-port",
                                "510")),
                log.toFile());
    }
}

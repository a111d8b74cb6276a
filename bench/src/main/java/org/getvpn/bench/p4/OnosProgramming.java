// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.p4;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.getvpn.bench.lab.Command;

/**
 * How fast ONOS programs our switch, and what a change of keys costs it: measured in the Mininet
 * WAN of the scenarios by {@code getvpn_wan.p4_programming}, in a process of its own.
 */
final class OnosProgramming {
    private static final String PYTHON =
            "/usr/bin/python3"; // Debian's: Mininet is one of its modules

    private final Path modules;

    /**
     * @param modules the folder {@code mininet} of the checkout
     */
    OnosProgramming(Path modules) {
        this.modules = modules;
    }

    /**
     * Brings the WAN up, measures and takes it down; two minutes and one more for each round.
     *
     * @param folder for the answer
     * @throws IOException with what it said if it failed
     */
    Map<String, Object> measure(Path folder, int rounds) throws IOException {
        Path answer = folder.resolve("programming.json");
        Command.output(
                "env",
                "PYTHONPATH=" + modules,
                "PYTHONDONTWRITEBYTECODE=1",
                PYTHON,
                "-m",
                "getvpn_wan.p4_programming",
                Integer.toString(rounds),
                answer.toString());
        return new ObjectMapper()
                .readValue(Files.readString(answer), new TypeReference<Map<String, Object>>() {});
    }
}

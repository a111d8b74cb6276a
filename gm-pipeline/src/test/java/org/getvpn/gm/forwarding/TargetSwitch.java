// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.util.HexFormat;
import java.util.List;
import org.getvpn.gm.p4runtime.SwitchController;

/** A switch that runs the program: device 1, ports 1 to {@link #PORTS}, set up by a controller. */
interface TargetSwitch extends AutoCloseable {
    int DEVICE = 1;
    int PORTS = 5;

    /** A frame on the wire towards a port. */
    record Arrival(int port, byte[] frame) {}

    /**
     * What became of frames.
     *
     * @param copies of each frame that arrived, what left by ports, sorted
     * @param punted what went to the controller, in order
     */
    record Passage(List<List<String>> copies, List<String> punted) {}

    /** The primary controller, with the pipeline set. */
    SwitchController controller();

    /** Lets frames arrive, and tells what became of them when all have been dealt with. */
    Passage pass(List<Arrival> arrivals) throws Exception;

    /** A frame at a port, to be compared and read. */
    static String at(int port, byte[] frame) {
        return port + ": " + HexFormat.of().formatHex(frame);
    }

    @Override
    void close();
}

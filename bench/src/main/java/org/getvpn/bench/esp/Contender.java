// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.util.Optional;

/** Somebody's gateways. */
interface Contender {
    /** Short name, part of the names of facts. */
    String key();

    /** Name, version and what it does, for people. */
    String description() throws IOException;

    /** What is not there that it needs, with the remedy; empty if it can run. */
    Optional<String> missing();

    /** What the hosts see of it. */
    MeasuredPath.Layout layout();

    /** How long it runs before it is measured: Java compiles what it runs often. */
    default int warmUpSeconds() {
        return 1;
    }

    /** Whether no clear text may be seen between the gateways. */
    boolean encrypts();

    /**
     * Starts both gateways on a new path and waits until packets can pass.
     *
     * @throws IOException if they do not get ready; nothing of them is left
     */
    Gateways start(MeasuredPath path) throws IOException;
}

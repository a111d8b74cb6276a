// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.getvpn.gm.packet.DropReason;

/** The packet side of a group member, however it is attached. */
public interface DataPath extends AutoCloseable {
    /**
     * Begins to read.
     *
     * @param failed hears what ended a thread if it was not {@link #close}; nothing passes its way
     *     any more
     */
    void start(Consumer<Throwable> failed);

    /** Packets that the member dropped since the start, for every reason there is. */
    Map<DropReason, Long> drops();

    /** What else happened since the start. */
    Map<TrafficCounter, Long> traffic();

    /** Frames that each of several packet threads per direction read; both directions together. */
    List<Long> framesByWorker();

    /** Frames that the interfaces lost because nobody read them in time. */
    long receiveLosses();

    /** The first defect of this program behind a drop as INTERNAL_ERROR, for the log. */
    Optional<RuntimeException> firstDefect();

    /** Ends the threads and closes the interfaces. */
    @Override
    void close();
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.getvpn.gm.packet.DropReason;
import org.junit.jupiter.api.Test;

/**
 * Every input that the fuzzer ever found worth keeping, once more. The search for new ones is the
 * Maven profile {@code fuzz}.
 */
class FrameCorpusTest {
    private static List<Path> corpus() throws IOException, URISyntaxException {
        URI folder = FrameCorpusTest.class.getResource("/frame-corpus").toURI();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.sorted().toList();
        }
    }

    /** Inputs that all stop at the first check would leave the fuzzer outside the door. */
    @Test
    void nothingInTheCorpusThrowsAndItReachesWhatLiesBehindEachDoor() throws Exception {
        for (Path file : corpus()) {
            FrameFuzzer.fuzzerTestOneInput(Files.readAllBytes(file));
        }
        for (TrafficCounter reached :
                List.of(
                        TrafficCounter.ENCRYPTED_PACKETS,
                        TrafficCounter.DECRYPTED_PACKETS,
                        TrafficCounter.FRAGMENTED_PACKETS,
                        TrafficCounter.SEGMENTED_FRAMES,
                        TrafficCounter.IPV6_LINK_FRAMES,
                        TrafficCounter.PATH_MTU_LOWERED,
                        TrafficCounter.ICMP_TOO_BIG_SENT)) {
            assertTrue(FrameFuzzer.traffic(reached) > 0, reached + " is never reached");
        }
        for (DropReason reached :
                List.of(
                        DropReason.TOO_MANY_HEADERS,
                        DropReason.INNER_MALFORMED,
                        DropReason.ADDRESS_MISMATCH,
                        DropReason.ICMP_UNVERIFIED,
                        DropReason.FRAGMENT_UNRESOLVED)) {
            assertTrue(FrameFuzzer.drops(reached) > 0, reached + " is never reached");
        }
    }
}

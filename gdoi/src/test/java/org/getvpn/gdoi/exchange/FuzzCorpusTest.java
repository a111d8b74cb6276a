// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.getvpn.gdoi.exchange.IsakmpReaderFuzzer.Role;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every input that the fuzzer ever found worth keeping, once more. The search for new ones is the
 * Maven profile {@code fuzz}.
 */
class FuzzCorpusTest {
    private static List<Path> corpus() throws IOException, URISyntaxException {
        URI folder = FuzzCorpusTest.class.getResource("/fuzz-corpus").toURI();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.sorted().collect(Collectors.toList());
        }
    }

    @TestFactory
    Stream<DynamicTest> nothingInTheCorpusThrows() throws IOException, URISyntaxException {
        return corpus().stream()
                .map(
                        file ->
                                dynamicTest(
                                        file.getFileName().toString(),
                                        () ->
                                                IsakmpReaderFuzzer.fuzzerTestOneInput(
                                                        Files.readAllBytes(file))));
    }

    @Test
    void theCorpusReachesEveryRole() throws IOException, URISyntaxException {
        Set<Role> reached = EnumSet.noneOf(Role.class);
        for (Path file : corpus()) {
            byte[] data = Files.readAllBytes(file);
            if (data.length > 0) {
                reached.add(Role.values()[(data[0] & 0xff) % Role.values().length]);
            }
        }
        assertEquals(EnumSet.allOf(Role.class), reached);
    }

    /** A seed that stops at the first message would leave the fuzzer outside the door. */
    @Test
    void theRecordedRegistrationIsTakenToItsEnd() throws IOException {
        FuzzInput input = new FuzzInput(FuzzSeeds.all().get("registration-member"));
        input.octet();
        Lab lab = IsakmpReaderFuzzer.lab();
        lab.relay = sent -> List.of();
        while (input.hasMore()) {
            lab.takeFromKeyServer(
                    lab.keyServer.receive(
                            new Datagram(Lab.KEY_SERVER, Lab.MEMBER, input.datagram()), lab.now));
        }
        assertEquals(1, lab.factsOfKeyServer(MemberRegistered.class).size());
        assertTrue(FuzzSeeds.all().containsKey("push-signed"));
    }
}

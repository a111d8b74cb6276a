// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a directory that looks like an interface's in /sys. */
class InterruptDeferralTest {
    private static final int INDEX = 7;
    private static final long MAC = 0x02000a00ff1bL;

    @TempDir private Path directory;

    @BeforeEach
    void interfaceThatDefersNothing() throws IOException {
        write("ifindex", "7\n");
        write("address", "02:00:0a:00:ff:1b\n");
        write("napi_defer_hard_irqs", "0\n");
        write("gro_flush_timeout", "0\n");
    }

    @Test
    void theKernelLooksEvery200MicrosecondsUntilItIsClosed() throws IOException {
        InterruptDeferral deferral = new InterruptDeferral(directory, INDEX, MAC);
        assertEquals("2", read("napi_defer_hard_irqs"));
        assertEquals("150000", read("gro_flush_timeout"));
        deferral.close();
        assertEquals("0", read("napi_defer_hard_irqs"));
        assertEquals("0", read("gro_flush_timeout"));
    }

    @Test
    void whatTheAdministratorHasSetStays() throws IOException {
        write("gro_flush_timeout", "20000\n");
        InterruptDeferral deferral = new InterruptDeferral(directory, INDEX, MAC);
        assertEquals("20000", read("gro_flush_timeout"));
        deferral.close();
        assertEquals("20000", read("gro_flush_timeout"));
    }

    @Test
    void whatAMemberThatWasKilledLeftIsTakenBackByTheNext() throws IOException {
        new InterruptDeferral(directory, INDEX, MAC);
        new InterruptDeferral(directory, INDEX, MAC).close();
        assertEquals("0", read("napi_defer_hard_irqs"));
        assertEquals("0", read("gro_flush_timeout"));
    }

    @Test
    void anotherNamespacesInterfaceOfThatNameIsLeftAlone() throws IOException {
        IOException refusal =
                assertThrows(
                        IOException.class, () -> new InterruptDeferral(directory, INDEX + 1, MAC));
        assertTrue(refusal.getMessage().endsWith("another network namespace's"));
        assertThrows(IOException.class, () -> new InterruptDeferral(directory, INDEX, MAC + 1));
        assertEquals("0", read("gro_flush_timeout"));
    }

    @Test
    void halfOfItIsTakenBack() throws IOException {
        Files.delete(directory.resolve("gro_flush_timeout"));
        assertThrows(IOException.class, () -> new InterruptDeferral(directory, INDEX, MAC));
        assertEquals("0", read("napi_defer_hard_irqs"));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
    }

    private String read(String file) throws IOException {
        return Files.readString(directory.resolve(file)).strip();
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostWanTest {
    @TempDir Path settings;

    private void set(String which, int mode) throws IOException {
        Files.createDirectories(settings.resolve(which));
        Files.writeString(settings.resolve(which).resolve("rp_filter"), mode + "\n");
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,0", "1,1"})
    void aStrictReversePathFilterIsEnough(int all, int own) throws IOException {
        set("all", all);
        set("eth0", own);
        HostWan.requireReversePathFilter(settings, "eth0");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,2", "2,1", "2,0"})
    void aHostThatWouldTakeClearTextIsRefusedWithTheRemedy(int all, int own) throws IOException {
        set("all", all);
        set("eth0", own);
        IOException refused =
                assertThrows(
                        IOException.class,
                        () -> HostWan.requireReversePathFilter(settings, "eth0"));
        assertTrue(refused.getMessage().contains("net.ipv4.conf.eth0.rp_filter to 1"));
    }

    @Test
    void anInterfaceThatIsNotThereIsNamed() {
        String missing = "not-there-0";
        IOException refused = assertThrows(IOException.class, () -> new HostWan(missing));
        assertTrue(refused.getMessage().contains(missing), refused.getMessage());
        refused = assertThrows(IOException.class, () -> new TunInterface(missing));
        assertTrue(refused.getMessage().contains("ip tuntap add dev " + missing + " mode tun"));
    }
}

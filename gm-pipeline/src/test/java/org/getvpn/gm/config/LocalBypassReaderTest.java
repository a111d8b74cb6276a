// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalBypassReaderTest {
    private static final String SMALLEST =
            """
            group: 1234
            keyServers: [10.255.0.1]
            identity: 10.1.0.2
            preSharedKeysFile: psk
            attachment: {kind: member-port, interface: gm1-eth0}
            """;

    private static InvalidConfiguration refused(String yaml) {
        return assertThrows(InvalidConfiguration.class, () -> MemberConfigurationReader.read(yaml));
    }

    @Test
    void localBypassHasTheFieldsOfAPolicyLine() throws Exception {
        MemberConfiguration configuration =
                MemberConfigurationReader.read(
                        SMALLEST
                                + """
                                  localBypass:
                                    - {source: 10.1.0.0/24, destination: 192.0.2.0/24}
                                    - {source: 10.1.0.0/24, destination: 0.0.0.0/0, protocol: tcp, destinationPort: 443}
                                    - {source: "fd00:1::/64", destination: "::/0", protocol: icmpv6}
                                  """);
        assertEquals(
                "[10.1.0.0/24 > 192.0.2.0/24, 10.1.0.0/24 > 0.0.0.0/0,"
                        + " fd00:1:0:0:0:0:0:0/64 > 0:0:0:0:0:0:0:0/0]",
                configuration.localBypass().stream()
                        .map(line -> line.source() + " > " + line.destination())
                        .toList()
                        .toString());
        assertEquals(6, configuration.localBypass().get(1).protocol());
        assertEquals(58, configuration.localBypass().get(2).protocol());
        assertEquals(443, configuration.localBypass().get(1).destinationPort());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'{destination: 10.0.0.0/8}' | localBypass[0].source",
                "'{source: 10.1.0.1/24, destination: 10.0.0.0/8}' | localBypass[0].source",
                "'{source: 10.1.0.0/33, destination: 10.0.0.0/8}' | localBypass[0].source",
                "'{source: 10.0.0.0/8, destination: \"fd00::/8\"}' | localBypass[0].destination",
                "'{source: \"fd00::/129\", destination: \"fd00::/8\"}' | localBypass[0].source",
                "'{source: \"fd00::1/64\", destination: \"fd00::/8\"}' | localBypass[0].source",
                "'{source: 10.0.0.0/8, destination: 10.0.0.0/8, protocol: 256}' | localBypass[0].protocol",
                "'{source: 10.0.0.0/8, destination: 10.0.0.0/8, sourcePort: 1}' | localBypass[0].sourcePort",
                "'{source: 10.0.0.0/8, destination: 10.0.0.0/8, action: PROTECT}' | localBypass[0].action",
            })
    void aWrongLineOfLocalBypassIsRefusedByName(String line, String field) {
        InvalidConfiguration invalid = refused(SMALLEST + "localBypass: [" + line + "]\n");

        assertEquals(field, invalid.problems().getFirst().field(), invalid.getMessage());
    }

    @Test
    void localBypassIsAListOfAtMost64Lines() {
        assertEquals(
                "localBypass",
                refused(SMALLEST + "localBypass: 10.0.0.0/8\n").problems().getFirst().field());
        String line = "{source: 10.0.0.0/8, destination: 10.0.0.0/8}, ";
        assertEquals(
                "localBypass",
                refused(SMALLEST + "localBypass: [" + line.repeat(65) + "]\n")
                        .problems()
                        .getFirst()
                        .field());
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.PhaseOneDoi;
import org.getvpn.gdoi.exchange.PhaseOneMode;
import org.getvpn.gdoi.exchange.PhaseOneProposal;
import org.getvpn.gdoi.exchange.PreSharedKeyLines;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gm.config.InvalidConfiguration.Problem;
import org.getvpn.gm.esp.AeadChoice;
import org.getvpn.gm.io.IoChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberConfigurationTest {
    private static final String SMALLEST =
            """
            group: 1234
            keyServers: [10.255.0.1]
            identity: 10.1.0.2
            preSharedKeysFile: psk
            attachment: {kind: member-port, interface: gm1-eth0}
            """;

    @TempDir Path folder;

    @Test
    void theManualIsAConfigurationAndItsValuesAreTheDefaultsItClaims() throws Exception {
        MemberConfiguration manual = MemberConfigurationReader.read(manual());
        MemberConfiguration defaults = MemberConfigurationReader.read(SMALLEST);

        assertEquals(GroupId.number(1234), manual.group());
        assertEquals(
                List.of(endpoint("10.255.0.1", 848), endpoint("10.255.0.2", 848)),
                manual.keyServers());
        assertEquals(defaults.local(), manual.local());
        assertEquals(defaults.phaseOne().proposals(), manual.phaseOne().proposals());
        assertEquals(defaults.firstRetry(), manual.firstRetry());
        assertEquals(defaults.longestRetry(), manual.longestRetry());
        assertEquals(defaults.statusSocket(), manual.statusSocket());
    }

    private static final String SWITCH =
            "kind: switch, p4runtime: '172.31.0.1:50001', deviceId: 7, memberPort: 2,"
                    + " memberInterface: gm1-sw, ports: [1@lan, 3@wan1, 4@wan2]";

    private static String withSwitch(String attachment) {
        return SMALLEST.replace("kind: member-port, interface: gm1-eth0", attachment);
    }

    @Test
    void aSwitchHasPortsByNumberAndTheMemberBehindOneOfThem() throws Exception {
        assertEquals(
                new Attachment.Switch(
                        new InetSocketAddress("172.31.0.1", 50_001),
                        7,
                        2,
                        "gm1-sw",
                        new TreeMap<>(Map.of(1, "lan", 3, "wan1", 4, "wan2"))),
                MemberConfigurationReader.read(withSwitch(SWITCH)).attachment());
    }

    @Test
    void aSwitchListensOnLoopbackUnlessItIsToldOtherwise() throws Exception {
        Attachment.Switch attachment =
                (Attachment.Switch)
                        MemberConfigurationReader.read(
                                        withSwitch(
                                                "kind: switch, memberPort: 2, memberInterface: gm1-sw,"
                                                        + " ports: 1@lan"))
                                .attachment();
        assertEquals(new InetSocketAddress("127.0.0.1", 9559), attachment.p4runtime());
        assertEquals(1, attachment.deviceId());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'172.31.0.1:50001' | here:1 | attachment.p4runtime",
                "'172.31.0.1:50001' | '172.31.0.1:70000' | attachment.p4runtime",
                "deviceId: 7 | deviceId: 0 | attachment.deviceId",
                "memberPort: 2, | | attachment.memberPort",
                "memberPort: 2 | memberPort: 510 | attachment.memberPort",
                "memberPort: 2 | memberPort: 3 | attachment.ports",
                "memberInterface: gm1-sw, | | attachment.memberInterface",
                "memberInterface: gm1-sw | memberInterface: lan | attachment.ports",
                "3@wan1 | 510@wan1 | attachment.ports",
                "3@wan1 | 0@wan1 | attachment.ports",
                "3@wan1 | wan1 | attachment.ports",
                "3@wan1 | 1@wan1 | attachment.ports",
                "3@wan1 | 3@lan | attachment.ports",
                "'ports: [1@lan, 3@wan1, 4@wan2]' | io: xdp | attachment.ports",
                "'memberPort: 2' | 'memberPort: 2, workers: 2' | attachment.workers",
            })
    void aSwitchsWrongFieldIsRefusedByName(String was, String becomes, String field) {
        String changed = SWITCH.replace(was, becomes == null ? "" : becomes);
        InvalidConfiguration invalid = refused(withSwitch(changed));

        assertEquals(field, invalid.problems().getFirst().field(), invalid.getMessage());
    }

    @Test
    void aSwitchsMemberHasAnIpv4Address() {
        InvalidConfiguration invalid =
                refused(withSwitch(SWITCH).replace("identity: 10.1.0.2", "identity: 'fd00::2'"));

        assertEquals("identity", invalid.problems().getFirst().field());
    }

    @Test
    void aGatewayHasTwoInterfaces() throws Exception {
        MemberConfiguration gateway =
                MemberConfigurationReader.read(
                        """
                        group: 239.1.2.3
                        keyServers: ["10.255.0.2:8848", "[2001:db8::1]:849", "2001:db8::2"]
                        identity: 10.1.0.2
                        preSharedKeysFile: /etc/getvpn/psk
                        phaseOneProposals: [aes128-sha256-modp2048]
                        retry: {first: 0.5, longest: 10}
                        attachment: {kind: gateway, siteInterface: lan, wanInterface: wan, io: mmsg, scheduling: realtime, workers: 4}
                        """);

        assertEquals(GroupId.address(new byte[] {(byte) 239, 1, 2, 3}), gateway.group());
        assertEquals(
                List.of(
                        endpoint("10.255.0.2", 8848),
                        endpoint("2001:db8::1", 849),
                        endpoint("2001:db8::2", 848)),
                gateway.keyServers());
        assertEquals(
                List.of(PhaseOneProposal.parse("aes128-sha256-modp2048")),
                gateway.phaseOne().proposals());
        assertEquals(Duration.ofMillis(500), gateway.firstRetry());
        assertEquals(
                new Attachment.Gateway("lan", "wan", IoChoice.MMSG, Scheduling.REALTIME, 4),
                gateway.attachment());
    }

    @Test
    void aHostHasATunInterfaceAndAWan() throws Exception {
        String host = "kind: host, tunInterface: gm0, wanInterface: eth0";
        assertEquals(
                new Attachment.Host("gm0", "eth0"),
                MemberConfigurationReader.read(
                                SMALLEST.replace("kind: member-port, interface: gm1-eth0", host))
                        .attachment());
    }

    @Test
    void certificatesTakeThePlaceOfAPreSharedKey() throws Exception {
        PhaseOneConfiguration phaseOne =
                MemberConfigurationReader.read(
                                SMALLEST.replace(
                                        "preSharedKeysFile: psk\n",
                                        """
                                        authentication: [ecdsa384, rsa]
                                        phaseOneProposals: [aes256-sha384-ecp384]
                                        keyServerIdentities: ["CN=ks1,O=Example"]
                                        certificate:
                                          chainFile: gm.pem
                                          privateKeyFile: gm.key
                                          authorityFiles: [ca.pem]
                                        """))
                        .phaseOne();

        assertEquals(
                List.of(
                        PhaseOneProposal.parse("aes256-sha384-ecp384-ecdsa384"),
                        PhaseOneProposal.parse("aes256-sha384-ecp384-rsa")),
                phaseOne.proposals());
        assertTrue(phaseOne.certificate().isPresent());
        assertEquals("CN=ks1,O=Example", phaseOne.keyServerIdentity(7).orElseThrow());
        assertFalse(phaseOne.usesPreSharedKeys());
    }

    @Test
    void whatIsWeakMustBeAskedForByName() throws Exception {
        String weak = SMALLEST + "phaseOneProposals: [3des-sha1-modp1024]\n";
        assertEquals("phaseOneProposals", refused(weak).problems().getFirst().field());

        PhaseOneConfiguration phaseOne =
                MemberConfigurationReader.read(weak + "legacy: true\naggressive: true\ndoi: 1\n")
                        .phaseOne();
        assertEquals("3des-sha1-modp1024", phaseOne.proposals().getFirst().toString());
        assertEquals(PhaseOneMode.AGGRESSIVE, phaseOne.mode());
        assertEquals(PhaseOneDoi.IPSEC, phaseOne.doi());
    }

    @Test
    void protectionAgainstReplayIsAskedForByName() throws Exception {
        assertEquals(ReplayProtection.NONE, MemberConfigurationReader.read(SMALLEST).replay());
        for (String name : List.of("none", "strict", "counter")) {
            assertEquals(
                    name,
                    MemberConfigurationReader.read(SMALLEST + "replay: " + name + "\n")
                            .replay()
                            .label());
        }
    }

    @Test
    void whoComputesIsAskedForByName() throws Exception {
        assertEquals(AeadChoice.AUTO, MemberConfigurationReader.read(SMALLEST).crypto());
        for (AeadChoice choice : AeadChoice.values()) {
            String line = "crypto: " + choice.label() + "\n";
            assertEquals(choice, MemberConfigurationReader.read(SMALLEST + line).crypto());
        }
        InvalidConfiguration refused =
                assertThrows(
                        InvalidConfiguration.class,
                        () -> MemberConfigurationReader.read(SMALLEST + "crypto: openssl\n"));
        assertEquals("must be auto, ipsec-mb or jdk", refused.problems().get(0).remedy());
    }

    @Test
    void theFilesOfACertificateAreOpenedBeforeAnythingStarts() throws Exception {
        Files.writeString(folder.resolve("gm.pem"), "no certificate");
        Path file = folder.resolve("gm.yaml");
        Files.writeString(
                file,
                SMALLEST.replace(
                        "preSharedKeysFile: psk\n",
                        """
                        authentication: [rsa]
                        certificate: {chainFile: FOLDER/gm.pem, privateKeyFile: FOLDER/gm.key,
                          authorityFiles: [FOLDER/gm.pem]}
                        """
                                .replace("FOLDER", folder.toString())));
        InvalidConfiguration invalid =
                assertThrows(
                        InvalidConfiguration.class, () -> MemberConfigurationReader.read(file));

        assertEquals(
                List.of(
                        "certificate.chainFile",
                        "certificate.privateKeyFile",
                        "certificate.authorityFiles"),
                invalid.problems().stream().map(Problem::field).toList());
    }

    @Test
    void everyProblemIsReportedAtOnceWithFieldValueAndRemedy() {
        InvalidConfiguration invalid =
                refused(
                        """
                        groop: 12
                        keyServers: [ks.example]
                        identity: 0.0.0.0
                        port: 99999
                        attachment: {kind: member, interface: x}
                        """);

        assertEquals(
                List.of(
                        "group",
                        "keyServers",
                        "identity",
                        "port",
                        "preSharedKeysFile",
                        "attachment.kind",
                        "groop"),
                invalid.problems().stream().map(Problem::field).toList());
        assertEquals("ks.example", invalid.problems().get(1).value());
        assertEquals("99999", invalid.problems().get(3).value());
        assertTrue(invalid.problems().get(6).remedy().contains("did you mean \"group\"?"));
        invalid.problems().forEach(problem -> assertFalse(problem.remedy().isBlank()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "group: 1234 | group: 4294967296 | group",
                "group: 1234 | group: -1 | group",
                "group: 1234 | group: blue | group",
                "group: 1234 | group: [1] | group",
                "[10.255.0.1] | [] | keyServers",
                "[10.255.0.1] | [10.255.0.1, '10.255.0.1:848'] | keyServers",
                "[10.255.0.1] | ['10.255.0.1:0'] | keyServers",
                "[10.255.0.1] | ['10.255.0.1:70000'] | keyServers",
                "[10.255.0.1] | [10.255.1] | keyServers",
                "identity: 10.1.0.2 | identity: 239.1.1.1 | identity",
                "kind: member-port | kind: gateway | attachment.siteInterface",
                "kind: member-port, interface: gm1-eth0 | kind: host, wanInterface: eth0 | attachment.tunInterface",
                "kind: member-port, interface: gm1-eth0 | kind: host, tunInterface: gm0, wanInterface: gm0 | attachment.wanInterface",
                "kind: member-port, interface: gm1-eth0 | kind: host, tunInterface: gm0, wanInterface: eth0, workers: 2 | attachment.workers",
                "kind: member-port | kind: tunnel | attachment.kind",
                "interface: gm1-eth0 | interface: gm1-eth0, scheduling: realtime | attachment.scheduling",
                "kind: member-port | kind: member-port, io: xdp | attachment.io",
                "interface: gm1-eth0 | interface: gm1-eth0, workers: 0 | attachment.workers",
                "interface: gm1-eth0 | interface: gm1-eth0, workers: 65 | attachment.workers",
                "interface: gm1-eth0 | interface: gm1-eth0, workers: many | attachment.workers",
                "gm1-eth0 | an-interface-of-more-than-15 | attachment.interface",
                "gm1-eth0 | ../../etc | attachment.interface",
                "psk | {a: b} | preSharedKeysFile",
            })
    void aValueOutOfRangeIsRefusedByName(String was, String becomes, String field) {
        InvalidConfiguration invalid = refused(SMALLEST.replace(was, becomes));

        assertEquals(field, invalid.problems().getFirst().field(), invalid.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"io,fast", "io,XDP", "scheduling,fifo"})
    void aGatewaysUnknownChoiceIsRefusedByName(String field, String value) {
        String gateway = "kind: gateway, siteInterface: lan, wanInterface: wan, ";
        InvalidConfiguration invalid =
                refused(
                        SMALLEST.replace(
                                "kind: member-port, interface: gm1-eth0",
                                gateway + field + ": " + value));

        assertEquals("attachment." + field, invalid.problems().getFirst().field());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mtu: 575 | mtu",
                "mtu: large | mtu",
                "retry: {first: 5, longest: 1} | retry.longest",
                "retry: {first: 0} | retry.first",
                "retry: 5 | retry",
                "crypto: openssl | crypto",
                "crypto: [jdk] | crypto",
                "replay: sometimes | replay",
                "replay: COUNTER | replay",
                "replay: [strict] | replay",
                "statusSocket: gm.sock | statusSocket",
                "metrics: 127.0.0.1 | metrics",
                "metrics: localhost:9464 | metrics",
                "metrics: 127.0.0.1:0 | metrics",
                "metrics: 9464 | metrics",
                "phaseOneProposals: [des-md5-modp768] | phaseOneProposals",
                "phaseOneProposals: [aes256-sha256-ecp256-rsa] | phaseOneProposals",
                "authentication: [password] | authentication",
                "authentication: [psk, psk] | authentication",
                "authentication: [rsa] | certificate",
                "certificate: {chainFile: a, privateKeyFile: b} | certificate.authorityFiles",
                "certificate: {crl: a} | certificate.chainFile",
                "keyServerIdentities: ['a b'] | keyServerIdentities",
                "keyServerIdentities: [ks1, ks2] | keyServerIdentities",
                "legacy: 1 | legacy",
                "aggressive: please | aggressive",
                "aggressiveIdentity: gm1.example.org | aggressiveIdentity",
                "doi: 3 | doi",
                "profile: rfc2409 | profile",
                "profile: rfc3547 | profile",
                "quirks: [sha1] | quirks",
            })
    void anOptionalValueOutOfRangeIsRefusedByName(String line, String field) {
        InvalidConfiguration invalid = refused(SMALLEST + line + "\n");

        assertEquals(field, invalid.problems().getFirst().field(), invalid.getMessage());
    }

    @Test
    void aKeyThatStandsTwiceIsRefusedWithItsLine() {
        InvalidConfiguration invalid = refused(SMALLEST + "group: 5\n");

        assertTrue(invalid.getMessage().contains("line 6"), invalid.getMessage());
        assertTrue(invalid.getMessage().contains("group"), invalid.getMessage());
    }

    @Test
    void whatIsNoYamlMappingIsRefused() {
        refused("");
        refused("- a\n- b\n");
        refused("group: [\n");
        refused("\u0000");
    }

    @Test
    void aMissingFileIsNamed() {
        Path nowhere = folder.resolve("nowhere.yaml");

        InvalidConfiguration invalid =
                assertThrows(
                        InvalidConfiguration.class, () -> MemberConfigurationReader.read(nowhere));

        assertTrue(invalid.getMessage().contains(nowhere.toString()));
    }

    @Test
    void aSecretFileThatOthersMayReadIsRefusedWithTheCommandThatMendsIt() throws Exception {
        Path keys = write("psk", "10.255.0.1 \"correct horse\"\n", "rw-r-----");

        InvalidConfiguration invalid =
                assertThrows(
                        InvalidConfiguration.class,
                        () -> MemberConfigurationReader.read(file(keys)));

        assertTrue(invalid.getMessage().contains("chmod 600 " + keys), invalid.getMessage());
    }

    @Test
    void eachKeyServerNeedsItsKey() throws Exception {
        Path keys = write("psk", "10.255.0.9 \"correct horse\"\n", "rw-------");

        InvalidConfiguration invalid =
                assertThrows(
                        InvalidConfiguration.class,
                        () -> MemberConfigurationReader.read(file(keys)));

        assertTrue(invalid.getMessage().contains("key server 10.255.0.1"), invalid.getMessage());
        assertFalse(invalid.getMessage().contains("horse"));
    }

    @Test
    void preSharedKeysAreQuotedTextOrHexadecimal() throws Exception {
        Path keys =
                write(
                        "psk",
                        "# a comment\n\n10.255.0.1 \"a b # \"c\"\"  \r\n"
                                + "2001:db8::1\t0x00ff10aB4c6f7265\n",
                        "rw-------");

        PreSharedKeyLines file = PreSharedKeyFile.read(keys);

        assertEquals(
                "a b # \"c\"",
                new String(
                        file.sharedWith(InetAddress.ofLiteral("10.255.0.1")).orElseThrow().expose(),
                        StandardCharsets.UTF_8));
        assertEquals(
                (byte) 0xab,
                file.sharedWith(InetAddress.ofLiteral("2001:db8::1")).orElseThrow().expose()[3]);
        assertTrue(file.sharedWith(InetAddress.ofLiteral("10.255.0.2")).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* 'not-for-all'",
                "ks.example 'horse-battery'",
                "10.0.0.1 'short'",
                "10.0.0.1",
                "10.0.0.1 0x123456789abcdef01",
                "10.0.0.1 0x0011223344556677zz",
                "10.0.0.1 bare-text"
            })
    void aLineInNoKnownFormIsNamedWithoutItsSecret(String line) throws Exception {
        Path keys = write("psk", "# first\n" + line.replace('\'', '"') + "\n", "rw-------");

        IOException refused = assertThrows(IOException.class, () -> PreSharedKeyFile.read(keys));

        assertTrue(refused.getMessage().contains("line 2"), refused.getMessage());
        for (String secret : List.of("not-for-all", "battery", "short", "1234567", "bare-text")) {
            assertFalse(refused.getMessage().contains(secret), refused.getMessage());
        }
    }

    private static InvalidConfiguration refused(String yaml) {
        return assertThrows(InvalidConfiguration.class, () -> MemberConfigurationReader.read(yaml));
    }

    private static String manual() throws IOException {
        try (var manual = MemberConfiguration.class.getResourceAsStream("getvpn-gm.yaml")) {
            return new String(manual.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Path file(Path keys) throws IOException {
        return write("gm.yaml", SMALLEST.replace("psk", keys.toString()), "rw-r--r--");
    }

    private Path write(String name, String text, String mode) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    private static Endpoint endpoint(String address, int port) {
        return new Endpoint(InetAddress.ofLiteral(address), port);
    }
}

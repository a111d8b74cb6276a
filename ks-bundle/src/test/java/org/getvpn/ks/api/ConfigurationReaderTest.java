// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A configuration is read whole, or refused whole with every problem named. */
class ConfigurationReaderTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WHOLE =
            "{'keyServer': {'addresses': ['10.255.0.1', 'fd00::1'], 'port': 848,"
                    + " 'attachment': 'of:00000000000000c1/4', 'gateway': '10.255.0.254',"
                    + " 'prefix': '10.255.0.0/24', 'stateDirectory': '/var/lib/getvpn/ks',"
                    + " 'wrappingKeyFile': '/etc/getvpn/wrapping.key',"
                    + " 'preSharedKeysFile': '/etc/getvpn/psk',"
                    + " 'phaseOneProposals': ['aes256-sha256-ecp256'],"
                    + " 'authentication': ['psk', 'ecdsa384'],"
                    + " 'certificate': {'chainFile': '/etc/getvpn/ks.pem',"
                    + " 'privateKeyFile': '/etc/getvpn/ks.key',"
                    + " 'authorityFiles': ['/etc/getvpn/ca.pem'],"
                    + " 'revocationFiles': ['/etc/getvpn/ca.crl'],"
                    + " 'peerFiles': ['/etc/getvpn/gm1.pem'],"
                    + " 'identity': 'ks1.example.org'}},"
                    + " 'groups': [{'name': 'blue', 'id': 1234, 'transform': 'aes-gcm-128',"
                    + " 'members': ['10.1.0.2', '10.2.0.0/16', 'fd00:1::/32'],"
                    + " 'identities': ['dn:CN=*,O=Example', 'fqdn:*.example.org'],"
                    + " 'policy': [{'action': 'BYPASS', 'source': '10.1.0.0/16',"
                    + " 'destination': '10.9.0.0/16', 'protocol': 'udp', 'destinationPort': 123},"
                    + " {'action': 'PROTECT', 'source': '10.0.0.0/8',"
                    + " 'destination': '10.0.0.0/8'}],"
                    + " 'tek': {'lifetime': 600, 'packets': 5000, 'octets': 7000000}, 'kek': {'lifetime': 7200},"
                    + " 'activationDelay': 4, 'deactivationDelay': 9, 'senderIdBits': 16,"
                    + " 'profile': 'rfc3547', 'quirks': ['bare-hash-signature'],"
                    + " 'replay': {'mode': 'time', 'window': 5, 'clock': 'posix'},"
                    + " 'switchOnlyExceptions': true}],"
                    + " 'sites': [{'anything': 'is read by the application'}]}";

    @Test
    void everyFieldArrives() throws Exception {
        KeyServerConfiguration read = ConfigurationReader.read(whole());
        KeyServerSettings settings = read.settings();
        assertEquals(List.of("10.255.0.1", "fd00:0:0:0:0:0:0:1"), settings.addresses());
        assertEquals(848, settings.port());
        PhaseOneAuthentication authentication = settings.authentication();
        assertEquals(Path.of("/etc/getvpn/psk"), authentication.preSharedKeysFile().orElseThrow());
        assertEquals(
                List.of("aes256-sha256-ecp256-psk", "aes256-sha256-ecp256-ecdsa384"),
                authentication.proposals());
        CertificateFiles files = authentication.certificate().orElseThrow();
        assertEquals(Path.of("/etc/getvpn/ks.pem"), files.chainFile());
        assertEquals(Path.of("/etc/getvpn/ks.key"), files.privateKeyFile());
        assertEquals(List.of(Path.of("/etc/getvpn/ca.pem")), files.authorityFiles());
        assertEquals(List.of(Path.of("/etc/getvpn/ca.crl")), files.revocationFiles());
        assertEquals(List.of(Path.of("/etc/getvpn/gm1.pem")), files.peerFiles());
        assertEquals("ks1.example.org", files.identity().orElseThrow());
        GroupPolicy group = read.groups().get(0);
        assertEquals("blue", group.name());
        assertEquals("1234", group.id());
        assertEquals("aes-gcm-128", group.transform());
        assertEquals(
                List.of("10.1.0.2", "10.2.0.0/16", "fd00:1:0:0:0:0:0:0/32"),
                group.authorisedMembers());
        assertEquals(
                List.of("dn:CN=*,O=Example", "fqdn:*.example.org"),
                group.authorisation().identities());
        assertEquals(
                List.of(
                        new PolicyLine(
                                PolicyLine.Action.BYPASS, "10.1.0.0/16", "10.9.0.0/16", 17, 0, 123),
                        new PolicyLine(
                                PolicyLine.Action.PROTECT, "10.0.0.0/8", "10.0.0.0/8", 0, 0, 0)),
                group.lines());
        assertEquals(600, group.tekLifetimeSeconds());
        assertEquals(5000, group.trafficLimit().packets());
        assertEquals(7_000_000, group.trafficLimit().octets());
        assertEquals(7200, group.kekLifetimeSeconds());
        assertEquals(4, group.activationDelaySeconds());
        assertEquals(9, group.deactivationDelaySeconds());
        assertEquals(16, group.senderIdBits());
        assertTrue(group.switchOnlyExceptions());
        assertEquals(ReplayPolicy.byTime(ReplayPolicy.Clock.POSIX, 5), group.replay());
        assertEquals(
                new MemberDialect(GdoiProfile.RFC3547, Set.of(MemberQuirk.BARE_HASH_SIGNATURE)),
                group.dialect());
    }

    @Test
    void aGroupOfRfc3547NeedsAKeyServerThatCanProveItself() throws Exception {
        ObjectNode root = whole();
        set(root, "/keyServer/authentication", "[\"psk\"]");
        ConfigurationReader.read(root);
        set(root, "/keyServer/certificate", null);
        InvalidConfiguration refused =
                assertThrows(InvalidConfiguration.class, () -> ConfigurationReader.read(root));
        assertEquals("keyServer.certificate", refused.problems().get(0).field());
        assertTrue(refused.getMessage().contains("group blue with profile rfc3547"));
    }

    @Test
    void whatHasADefaultMayBeLeftOut() throws Exception {
        ObjectNode root = whole();
        ((ObjectNode) root.get("keyServer"))
                .remove(List.of("port", "phaseOneProposals", "authentication", "certificate"));
        group(root)
                .remove(
                        List.of(
                                "identities",
                                "transform",
                                "tek",
                                "kek",
                                "activationDelay",
                                "deactivationDelay",
                                "senderIdBits",
                                "profile",
                                "quirks",
                                "replay",
                                "switchOnlyExceptions"));
        KeyServerConfiguration read = ConfigurationReader.read(root);
        assertEquals(848, read.settings().port());
        assertEquals(
                List.of("aes256-sha256-ecp256-psk", "aes128-sha256-modp2048-psk"),
                read.settings().authentication().proposals());
        GroupPolicy group = read.groups().get(0);
        assertEquals("aes-gcm-256", group.transform());
        assertEquals(3600, group.tekLifetimeSeconds());
        assertEquals(86400, group.kekLifetimeSeconds());
        assertEquals(5, group.activationDelaySeconds());
        assertEquals(15, group.deactivationDelaySeconds());
        assertEquals(24, group.senderIdBits());
        assertEquals(3, group.missedRekeys());
        assertEquals(Optional.empty(), group.receiveOnlyUntil());
        assertEquals(MemberDialect.STANDARD, group.dialect());
        assertFalse(group.keyTree());
        assertEquals(ReplayPolicy.NONE, group.replay());
        assertEquals(RekeyProtection.Cipher.AES_CBC_256, group.rekeyProtection().cipher());
        assertEquals(RekeyProtection.Digest.SHA256, group.rekeyProtection().digest());
        group(root).put("keyTree", true);
        assertTrue(ConfigurationReader.read(root).groups().get(0).keyTree());
        set(root, "/groups/0/replay", "{\"mode\":\"time\"}");
        assertEquals(
                ReplayPolicy.byTime(ReplayPolicy.Clock.PSEUDOTIME, 100),
                ConfigurationReader.read(root).groups().get(0).replay());
        set(root, "/groups/0/replay", "{\"mode\":\"none\"}");
        assertEquals(ReplayPolicy.NONE, ConfigurationReader.read(root).groups().get(0).replay());
    }

    /** Pointer to the field, its new value (nothing: the field goes), where the problem is told. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/keyServer||keyServer|add it",
                "/groups||groups|add it",
                "/groups|[]|groups|at least one entry",
                "/grups|[]|grups|did you mean \"groups\"",
                "/keyServer/addresses||keyServer.addresses|add it",
                "/keyServer/addresses|\"10.255.0.1\"|keyServer.addresses|must be a list",
                "/keyServer/addresses|[\"ks.example.org\"]|keyServer.addresses|no IP address",
                "/keyServer/addresses|[\"0.0.0.0\"]|keyServer.addresses|name each address",
                "/keyServer/addresses|[\"10.0.0.1\",\"10.0.0.1\"]|keyServer.addresses|twice",
                "/keyServer/addresses|[7]|keyServer.addresses[0]|must be a text",
                "/keyServer/port|0|keyServer.port|1 to 65535",
                "/keyServer/port|\"848\"|keyServer.port|whole number",
                "/keyServer/prot|1|keyServer.prot|did you mean \"port\"",
                "/keyServer/wrappingKeyFile||keyServer.wrappingKeyFile|add it",
                "/keyServer/wrappingKeyFile|\"/var/lib/getvpn/ks/../ks/k\"|keyServer.wrappingKeyFile|outside",
                "/keyServer/phaseOneProposals|[\"des-md5-modp768\"]|keyServer.phaseOneProposals|aes128",
                "/keyServer/phaseOneProposals|[\"aes256-sha256-ecp256-rsa\"]|keyServer.phaseOneProposals|name the method",
                "/keyServer/authentication|[\"password\"]|keyServer.authentication|use psk, rsa",
                "/keyServer/authentication|[\"psk\",\"psk\"]|keyServer.authentication|twice",
                "/keyServer/preSharedKeysFile||keyServer.preSharedKeysFile|add it",
                "/keyServer/certificate||keyServer.certificate|chainFile",
                "/keyServer/phaseOneProposals|[\"3des-sha1-modp1024\"]|keyServer.phaseOneProposals|allow legacy",
                "/keyServer/aggressive|1|keyServer.aggressive|true or false",
                "/keyServer/legacy|\"yes\"|keyServer.legacy|true or false",
                "/keyServer/certificate/chainFile||keyServer.certificate.chainFile|add it",
                "/keyServer/certificate/privateKeyFile|7|keyServer.certificate.privateKeyFile|a text",
                "/keyServer/certificate/authorityFiles|[]|keyServer.certificate.authorityFiles|at least one",
                "/keyServer/certificate/identity|\"a b\"|keyServer.certificate.identity|user@domain",
                "/keyServer/certificate/crl|\"x\"|keyServer.certificate.crl|revocationFiles",
                "/groups/0/identities|[\"10.1.0.2\"]|groups[0].identities|belong into members",
                "/groups/0/identities|[\"dn:CN\"]|groups[0].identities|dn:CN=*",
                "/groups/0/identities|[\"keyid:a\",\"keyid:a\"]|groups[0].identities|twice",
                "/groups/0/name|\"Blue Group\"|groups[0].name|a-z 0-9",
                "/groups/0/id|-1|groups[0].id|0 to 4294967295",
                "/groups/0/id|4294967296|groups[0].id|0 to 4294967295",
                "/groups/0/id|\"300.1.1.1\"|groups[0].id|IPv4 address",
                "/groups/0/transform|\"3des\"|groups[0].transform|aes-gcm-256",
                "/groups/0/members||groups[0].members|add it",
                "/groups/0/members|[\"10.1.0.2\",\"10.1.0.2\"]|groups[0].members|twice",
                "/groups/0/members|[\"10.1.0.2/16\"]|groups[0].members|10.1.0.0/16",
                "/groups/0/tek|{\"lifetime\":9}|groups[0].tek.lifetime|10 to",
                "/groups/0/tek|{\"packets\":999}|groups[0].tek.packets|from 1000",
                "/groups/0/tek|{\"octets\":\"1G\"}|groups[0].tek.octets|whole number",
                "/groups/0/tek|{\"lifetime\":3000000}|groups[0].tek.lifetime|to 2592000",
                "/groups/0/tek|{\"liftime\":60}|groups[0].tek.liftime|lifetime",
                "/groups/0/kek|{\"lifetime\":599}|groups[0].kek|at least the TEK's",
                "/groups/0/kek|{\"cipher\":\"aes-gcm-256\"}|groups[0].kek.cipher|aes-cbc-128, aes-cbc-192",
                "/groups/0/kek|{\"signatureHash\":\"md5\"}|groups[0].kek.signatureHash|sha256",
                "/groups/0/kek|{\"signatureHash\":\"sha1\"}|keyServer.legacy|must be true",
                "/groups/0/transform|\"aes-cbc-128-hmac-sha1\"|keyServer.legacy|must be true",
                "/groups/0/activationDelay|10|groups[0].deactivationDelay|at least activationDelay",
                "/groups/0/deactivationDelay|301|groups[0].deactivationDelay|half of tek.lifetime",
                "/groups/0/senderIdBits|20|groups[0].senderIdBits|8, 12, 16, 24 or 32",
                "/groups/0/missedRekeys|0|groups[0].missedRekeys|1 to 100",
                "/groups/0/profile|\"rfc9838\"|groups[0].profile|rfc6407, rfc3547",
                "/groups/0/quirks|[\"doi\"]|groups[0].quirks|two-octet-id-length",
                "/groups/0/quirks|[\"bare-hash-signature\",\"bare-hash-signature\"]|groups[0].quirks|twice",
                "/groups/0/keyTree|1|groups[0].keyTree|true or false",
                "/groups/0/keyTree|true|groups[0].keyTree|needs profile rfc6407",
                "/groups/0/receiveOnlyUntil|\"2030-01-31T18:00:00Z\"|groups[0].receiveOnlyUntil|needs profile rfc6407",
                "/groups/0/replay|{\"window\":5}|groups[0].replay.mode|add it",
                "/groups/0/replay|{\"mode\":\"counter\"}|groups[0].replay.mode|time or none",
                "/groups/0/replay|{\"mode\":\"time\",\"window\":1}|groups[0].replay.window|2 to 100",
                "/groups/0/replay|{\"mode\":\"time\",\"window\":101}|groups[0].replay.window|to 100",
                "/groups/0/replay|{\"mode\":\"time\",\"window\":\"5s\"}|groups[0].replay.window|whole number",
                "/groups/0/replay|{\"mode\":\"time\",\"clock\":\"ntp\"}|groups[0].replay.clock|pseudotime, posix",
                "/groups/0/replay|{\"mode\":\"time\",\"windw\":5}|groups[0].replay.windw|window",
                "/groups/0/rekey|{\"transport\":\"broadcast\",\"address\":\"239.1.2.3\"}|groups[0].rekey.transport|unicast or multicast",
                "/groups/0/rekey|{\"transport\":\"multicast\"}|groups[0].rekey.address|add it",
                "/groups/0/rekey|{\"transport\":\"multicast\",\"address\":\"10.1.0.2\"}|groups[0].rekey.address|239.255.255.255",
                "/groups/0/rekey|{\"transport\":\"multicast\",\"address\":\"224.0.0.9\"}|groups[0].rekey.address|224.0.1.0",
                "/groups/0/rekey|{\"transport\":\"multicast\",\"address\":\"ff05::1\"}|groups[0].rekey.address|IPv4",
                "/groups/0/rekey|{\"transport\":\"multicast\",\"address\":\"239.1.2.3\",\"repeats\":0}|groups[0].rekey.repeats|1 to 10",
                "/groups/0/rekey|{\"transport\":\"multicast\",\"address\":\"239.1.2.3\",\"port\":70000}|groups[0].rekey.port|1 to 65535",
                "/groups/0/rekey|{\"transport\":\"multicast\",\"address\":\"239.1.2.3\",\"unicastMembers\":[\"gm1\"]}|groups[0].rekey.unicastMembers|no IP address",
                "/groups/0/rekey|{\"transport\":\"unicast\",\"address\":\"239.1.2.3\"}|groups[0].rekey.address|transport",
                "/groups/0/switchOnlyExceptions|\"yes\"|groups[0].switchOnlyExceptions|true or false",
                "/groups/0/policy/0/action|\"ENCRYPT\"|groups[0].policy[0].action|PROTECT, BYPASS",
                "/groups/0/policy/0/source|\"10.1.0.0/33\"|groups[0].policy[0].source|0 to 32",
                "/groups/0/policy/0/source|\"10.1.2.0/16\"|groups[0].policy[0].source|10.1.0.0/16",
                "/groups/0/policy/0/source|\"fd00::/8\"|groups[0].policy[0].destination|IP version",
                "/groups/0/policy/0/protocol|\"quic\"|groups[0].policy[0].protocol|any, icmp",
                "/groups/0/policy/0/protocol|256|groups[0].policy[0].protocol|0 (any) to 255",
                "/groups/0/policy/0/protocol|\"icmp\"|groups[0].policy[0].destinationPort|a port needs",
                "/groups/0/policy/0/destinationPort|65536|groups[0].policy[0].destinationPort|65535",
                "/groups/0/policy/1/action|\"DROP\"|groups[0].policy|PROTECT line",
                "/groups/0/policy/0|{\"action\":\"DROP\",\"source\":\"0.0.0.0/0\",\"destination\":\"10.0.0.0/8\"}|groups[0].policy[1].source|nothing reaches",
            })
    void eachMistakeNamesFieldValueAndRemedy(
            String pointer, String value, String field, String remedy) throws Exception {
        ObjectNode root = whole();
        set(root, pointer, value);
        InvalidConfiguration refused =
                assertThrows(InvalidConfiguration.class, () -> ConfigurationReader.read(root));
        assertEquals(1, refused.problems().size(), refused.getMessage());
        InvalidConfiguration.Problem problem = refused.problems().get(0);
        assertEquals(field, problem.field());
        assertTrue(problem.remedy().contains(remedy), problem.toString());
        assertTrue(!problem.value().isBlank());
    }

    @Test
    void whatIsWeakMustBeAskedForByName() throws Exception {
        ObjectNode root = whole();
        set(root, "/keyServer/phaseOneProposals", "[\"3des-sha1-modp1024\"]");
        set(root, "/keyServer/legacy", "true");
        set(root, "/keyServer/aggressive", "true");
        set(root, "/groups/0/kek", "{\"cipher\":\"aes-cbc-128\",\"signatureHash\":\"sha1\"}");
        PhaseOneAuthentication read = ConfigurationReader.read(root).settings().authentication();
        assertTrue(read.legacy() && read.aggressive());
        assertEquals("3des-sha1-modp1024-psk", read.proposals().get(0));
        RekeyProtection rekeys = ConfigurationReader.read(root).groups().get(0).rekeyProtection();
        assertEquals(RekeyProtection.Cipher.AES_CBC_128, rekeys.cipher());
        assertEquals(RekeyProtection.Digest.SHA1, rekeys.digest());
    }

    @Test
    void receiveOnlyHasAnEndInUtc() throws Exception {
        ObjectNode root = whole();
        group(root).remove(List.of("profile", "quirks"));
        group(root).put("receiveOnlyUntil", "2030-01-31T18:00:00Z");
        assertEquals(
                Optional.of(Instant.parse("2030-01-31T18:00:00Z")),
                ConfigurationReader.read(root).groups().get(0).receiveOnlyUntil());
        for (String wrong : List.of("tomorrow", "2030-01-31T18:00:00", "2030-02-30T18:00:00Z")) {
            group(root).put("receiveOnlyUntil", wrong);
            InvalidConfiguration refused =
                    assertThrows(InvalidConfiguration.class, () -> ConfigurationReader.read(root));
            assertEquals("groups[0].receiveOnlyUntil", refused.problems().get(0).field());
            assertTrue(refused.getMessage().contains("an instant in UTC"));
        }
    }

    @Test
    void rekeysByMulticastAreReadWithTheirDefaults() throws Exception {
        ObjectNode root = whole();
        assertEquals(
                RekeyTransport.UNICAST,
                ConfigurationReader.read(root).groups().get(0).rekeyTransport());
        set(root, "/groups/0/rekey", "{\"transport\":\"multicast\",\"address\":\"239.1.2.3\"}");
        assertEquals(
                RekeyTransport.multicast("239.1.2.3", 848, 3, List.of()),
                ConfigurationReader.read(root).groups().get(0).rekeyTransport());
        set(
                root,
                "/groups/0/rekey",
                "{\"transport\":\"multicast\",\"address\":\"239.1.2.3\",\"port\":4848,"
                        + "\"repeats\":2,\"unicastMembers\":[\"10.1.0.2\"]}");
        assertEquals(
                RekeyTransport.multicast("239.1.2.3", 4848, 2, List.of("10.1.0.2")),
                ConfigurationReader.read(root).groups().get(0).rekeyTransport());
    }

    @Test
    void aRekeyAddressIsNoAddressThatThePolicyProtects() throws Exception {
        ObjectNode root = whole();
        set(root, "/groups/0/rekey", "{\"transport\":\"multicast\",\"address\":\"239.1.2.3\"}");
        set(root, "/groups/0/policy/1/destination", "\"239.0.0.0/8\"");
        InvalidConfiguration refused =
                assertThrows(InvalidConfiguration.class, () -> ConfigurationReader.read(root));
        assertEquals("groups[0].rekey.address", refused.problems().get(0).field());
        assertTrue(refused.getMessage().contains("a destination of policy[1]"));

        set(root, "/groups/0/policy/0/destination", "\"239.1.2.3/32\"");
        ConfigurationReader.read(root);
    }

    @Test
    void aKeyServerWithoutIpv4CannotSendToAMulticastGroup() throws Exception {
        ObjectNode root = whole();
        set(root, "/groups/0/rekey", "{\"transport\":\"multicast\",\"address\":\"239.1.2.3\"}");
        set(root, "/keyServer/addresses", "[\"fd00::1\"]");
        InvalidConfiguration refused =
                assertThrows(InvalidConfiguration.class, () -> ConfigurationReader.read(root));
        assertEquals("keyServer.addresses", refused.problems().get(0).field());
    }

    @Test
    void allMistakesAreToldAtOnce() throws Exception {
        ObjectNode root = whole();
        set(root, "/keyServer/port", "-1");
        set(root, "/groups/0/name", "5");
        set(root, "/groups/0/policy/1/source", "\"nowhere\"");
        InvalidConfiguration refused =
                assertThrows(InvalidConfiguration.class, () -> ConfigurationReader.read(root));
        assertEquals(
                List.of("keyServer.port", "groups[0].name", "groups[0].policy[1].source"),
                refused.problems().stream()
                        .map(InvalidConfiguration.Problem::field)
                        .collect(Collectors.toList()));
    }

    @Test
    void namesAndIdsOfGroupsAreUnique() throws Exception {
        ObjectNode root = whole();
        root.withArray("groups").add(group(root).deepCopy());
        InvalidConfiguration refused =
                assertThrows(InvalidConfiguration.class, () -> ConfigurationReader.read(root));
        assertEquals(2, refused.problems().size(), refused.getMessage());
        assertTrue(refused.getMessage().contains("already used by groups[0].name"));
        assertTrue(refused.getMessage().contains("already used by groups[0].id"));
    }

    @Test
    void aRootThatIsNoObjectIsRefused() {
        assertThrows(
                InvalidConfiguration.class, () -> ConfigurationReader.read(JSON.createArrayNode()));
    }

    private static ObjectNode whole() throws IOException {
        return (ObjectNode) JSON.readTree(WHOLE.replace('\'', '"'));
    }

    private static ObjectNode group(JsonNode root) {
        return (ObjectNode) root.get("groups").get(0);
    }

    private static void set(ObjectNode root, String pointer, String value) throws IOException {
        int cut = pointer.lastIndexOf('/');
        JsonNode parent = root.at(pointer.substring(0, cut));
        String last = pointer.substring(cut + 1);
        if (value == null) {
            ((ObjectNode) parent).remove(last);
        } else if (parent.isArray()) {
            ((ArrayNode) parent).set(Integer.parseInt(last), JSON.readTree(value));
        } else {
            ((ObjectNode) parent).set(last, JSON.readTree(value));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Collectors;
import org.getvpn.ks.api.InvalidConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onosproject.core.DefaultApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.config.InvalidFieldException;

class VpnConfigurationReaderTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void theSampleIsReadAsWritten() {
        VpnConfiguration read = Samples.read(Samples.json());
        assertEquals(
                "[site1, site2]",
                read.sites().stream().map(Site::name).collect(Collectors.toList()).toString());
        assertEquals("of:00000000000000c1/4", read.attachment().get().port().toString());
        assertEquals("[1, 5]", read.sites().get(1).ports().local().toString());
    }

    /** Each line breaks one field of sites[1]; the problem names that field and says what to do. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name            | \"site1\"             | sites[1].name          | is the name of sites[0] too",
                "name            | \"Site 2\"            | sites[1].name          | must be 1 to 64 of a-z",
                "group           | \"red\"               | sites[1].group         | configured are blue",
                "device          | \"switch2\"           | sites[1].device        | of: and 16 lower-case hexadecimal digits",
                "memberPort      | 3                     | sites[1].wanPorts      | is already sites[1].memberPort",
                "memberPort      | 5                     | sites[1].localPorts    | is already sites[1].memberPort",
                "memberPort      | 0                     | sites[1].memberPort    | whole number from 1",
                "memberPort      | \"two\"               | sites[1].memberPort    | whole number from 1",
                "wanPorts        | [1]                   | sites[1].wanPorts      | is already sites[1].localPorts",
                "wanPorts        | []                    | sites[1].wanPorts      | at least one port number",
                "wanPorts        | [3, -4]               | sites[1].wanPorts[1]   | must be a port number",
                "localPorts      | 1                     | sites[1].localPorts    | at least one port number",
                "localPorts      | [1, 1]                | sites[1].localPorts    | a port has one role",
                "memberAddress   | \"10.3.0.2\"          | sites[1].memberAddress | must lie in one of the site's prefixes",
                "memberAddress   | \"10.2.0.9\"          | sites[1].memberAddress | add \"10.2.0.9\" to members of group blue",
                "memberAddress   | \"10.2.0\"            | sites[1].memberAddress | must be an IP address",
                "gateway         | \"10.9.0.1\"          | sites[1].gateway       | must lie in one of the site's prefixes",
                "gateway         | \"10.2.0.2\"          | sites[1].gateway       | is the member's address",
                "gateway         | \"10.2.0.1\"          | sites[1].gateway       | hosts of 2001:db8:2::/48 have none",
                "gateway         | [\"10.2.0.1\",\"2001:db8:2::1\",\"10.2.0.7\"] | sites[1].gateway | is the second one of its IP version",
                "gateway         | [\"10.2.0.1\",\"2001:db8:3::1\"] | sites[1].gateway | must lie in one of the site's prefixes",
                "gateway         | [\"10.2.0.1\",6]      | sites[1].gateway[1]    | must be a text",
                "gateway         | []                    | sites[1].gateway       | at least one entry",
                "prefixes        | [\"10.0.0.0/8\"]      | sites[1].prefixes      | overlaps 10.1.0.0/24 of sites[0]",
                "prefixes        | [\"10.2.0.0/24\",\"10.255.0.0/25\"] | sites[1].prefixes | overlaps 10.255.0.0/24 of keyServer",
                "prefixes        | [\"10.2.0.1/24\"]     | sites[1].prefixes      | write \"10.2.0.0/24\"",
                "prefixes        | [\"10.2.0.0\"]        | sites[1].prefixes      | must be an IP prefix",
                "prefixes        | [\"10.2.0.0/33\"]     | sites[1].prefixes      | must be an IP prefix",
                "prefix          | [\"10.2.0.0/24\"]     | sites[1].prefix        | did you mean \"prefixes\"",
                "passive         | \"yes\"               | sites[1].passive       | must be true or false",
                "localBypass     | {}                    | sites[1].localBypass   | must be a list",
                "localBypass     | [{\"action\":\"PROTECT\",\"source\":\"10.2.0.0/24\",\"destination\":\"10.9.0.0/16\"}] | sites[1].localBypass[0].action | must be BYPASS",
                "localBypass     | [{\"action\":\"BYPASS\",\"source\":\"10.7.0.0/24\",\"destination\":\"10.9.0.0/16\"}] | sites[1].localBypass[0] | no packet of this site can match",
            })
    void aBrokenFieldIsNamedWithItsRemedy(
            String field, String value, String problemField, String remedy) throws Exception {
        ObjectNode json = Samples.json();
        ((ObjectNode) json.path("sites").path(1)).set(field, MAPPER.readTree(value));
        assertProblem(json, problemField, remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "name",
        "group",
        "device",
        "memberPort",
        "memberAddress",
        "localPorts",
        "wanPorts",
        "prefixes",
        "gateway"
    })
    void aMissingFieldIsNamedWithAnExample(String field) {
        ObjectNode json = Samples.json();
        ((ObjectNode) json.path("sites").path(1)).remove(field);
        assertProblem(json, "sites[1]." + field, "add it, for example");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gateway    | 10.9.0.254               | keyServer.gateway    | must lie in prefix 10.255.0.0/24",
                "gateway    | 10.255.0.1               | keyServer.gateway    | is the key server's own address",
                "prefix     | 10.254.0.0/24            | keyServer.addresses  | must lie in prefix 10.254.0.0/24",
                "attachment | of:00000000000000c1      | keyServer.attachment | must be SWITCH/PORT",
                "attachment | of:0000000000000001/3    | sites[0].wanPorts    | is already keyServer.attachment",
                "attachment | of:0000000000000001/1    | sites[0].localPorts  | is already keyServer.attachment",
            })
    void aBrokenAttachmentIsNamedWithItsRemedy(
            String field, String value, String problemField, String remedy) {
        ObjectNode json = Samples.json();
        ((ObjectNode) json.path("keyServer")).put(field, value);
        assertProblem(json, problemField, remedy);
    }

    @Test
    void aSwitchThatOnosNeverSawIsRefusedUnlessItComesAhead() throws Exception {
        ObjectNode json = Samples.json();
        InvalidConfiguration refused =
                assertThrows(
                        InvalidConfiguration.class,
                        () -> VpnConfigurationReader.read(json, VpnConfigurationReaderTest::seen));
        assertEquals(
                "[sites[1].device: \"of:0000000000000002\": ONOS never saw this switch: connect it"
                        + " first, or add \"ahead\": true]",
                refused.problems().toString());
        ((ObjectNode) json.path("sites").path(1)).put("ahead", true);
        VpnConfigurationReader.read(json, VpnConfigurationReaderTest::seen);
    }

    @Test
    void aP4SwitchThatOnosNeverSawIsRefusedWithWhatToInstall() throws Exception {
        ObjectNode json = Samples.json();
        ((ObjectNode) json.path("sites").path(1)).put("device", "device:s2");
        InvalidConfiguration refused =
                assertThrows(
                        InvalidConfiguration.class,
                        () -> VpnConfigurationReader.read(json, VpnConfigurationReaderTest::seen));
        String problem = refused.problems().toString();
        assertTrue(problem.contains("activate org.onosproject.drivers.bmv2"), problem);
        assertTrue(problem.contains("devices/device:s2"), problem);
        assertTrue(problem.contains("pipeconf \"org.getvpn.group-member\""), problem);
        VpnConfigurationReader.read(json, device -> true);
    }

    /** AH hides what it authenticates from a P4 switch and from Open vSwitch, in IPv6 alone. */
    @ParameterizedTest
    @CsvSource({"43", "44", "51", "60", "135", "139", "140", "253", "254", "255"})
    void anExtensionHeaderIsNoProtocolOfAnIpv6Line(int number) {
        ObjectNode json = Samples.json();
        ArrayNode policy = (ArrayNode) json.path("groups").path(0).path("policy");
        ObjectNode line = policy.addObject().put("action", "PROTECT").put("protocol", number);
        line.put("source", "11.7.0.0/16").put("destination", "11.8.0.0/16");
        Samples.read(json);
        line.put("source", "2001:db8::/32").put("destination", "2001:db8::/32");
        assertProblem(json, "groups[0].policy[4].protocol", "is an extension header of IPv6");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8,239.1.0.0/16", "10.0.0.0/8,224.0.1.0/24", "2001:db8::/32,ff05::/16"})
    void aLineMayNameMulticastThatIsForwarded(String source, String group) {
        ObjectNode json = Samples.json();
        multicastLine(json, "PROTECT", source, group);
        Samples.read(json);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,224.0.0.0/4",
        "10.0.0.0/8,224.0.0.5/32",
        "2001:db8::/32,ff00::/8",
        "2001:db8::/32,ff02::/16",
        "2001:db8::/32,ff31::/16"
    })
    void whatStaysOnALinkIsNoMulticastForOtherSites(String source, String group) {
        ObjectNode json = Samples.json();
        multicastLine(json, "PROTECT", source, group);
        assertProblem(json, "groups[0].policy[4].destination", "which stay there: name");
        multicastLine(json, "DROP", source, group);
        Samples.read(json);
    }

    @Test
    void noPacketComesFromAMulticastAddress() {
        ObjectNode json = Samples.json();
        multicastLine(json, "PROTECT", "239.1.0.0/16", "10.0.0.0/8");
        assertProblem(json, "groups[0].policy[4].source", "name unicast addresses");
    }

    private static void multicastLine(
            ObjectNode json, String action, String source, String destination) {
        ArrayNode policy = (ArrayNode) json.path("groups").path(0).path("policy");
        policy.remove(4);
        policy.addObject()
                .put("action", action)
                .put("source", source)
                .put("destination", destination);
    }

    @Test
    void gdoiHasARateThatTheConfigurationMaySay() {
        ObjectNode json = Samples.json();
        assertEquals(GdoiRate.USUAL, Samples.read(json).gdoiRate());
        assertEquals(100, GdoiRate.USUAL.perSecond());
        ((ObjectNode) json.path("keyServer")).put("gdoiRate", 250);
        assertEquals(new GdoiRate(250), Samples.read(json).gdoiRate());
        assertEquals(500, Samples.read(json).gdoiRate().burst());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0    | must be a whole number from 10 to 1000",
                "-10  | must be a whole number from 10 to 1000",
                "1010 | must be a whole number from 10 to 1000",
                "105  | must be a multiple of 10",
                "fast | must be a whole number from 10 to 1000",
            })
    void aRateOfGdoiThatNoSwitchKeepsToIsNamedWithItsRemedy(String value, String remedy) {
        ObjectNode json = Samples.json();
        ObjectNode keyServer = (ObjectNode) json.path("keyServer");
        if (value.equals("fast")) {
            keyServer.put("gdoiRate", value);
        } else {
            keyServer.put("gdoiRate", Long.parseLong(value));
        }
        assertProblem(json, "keyServer.gdoiRate", remedy);
    }

    @Test
    void everyProblemIsReportedAtOnce() {
        ObjectNode json = Samples.json();
        ((ObjectNode) json.path("sites").path(0)).put("group", "red");
        ((ObjectNode) json.path("sites").path(1)).put("wanPorts", 3);
        InvalidConfiguration refused =
                assertThrows(
                        InvalidConfiguration.class,
                        () -> VpnConfigurationReader.read(json, device -> true));
        assertEquals(2, refused.problems().size(), refused.getMessage());
    }

    @Test
    void netcfgIsRefusedWithTheWholeStory() {
        ObjectNode json = Samples.json();
        ((ArrayNode) json.path("groups")).removeAll();
        VpnNetcfg netcfg = new VpnNetcfg(device -> true);
        netcfg.init(
                new DefaultApplicationId(7, NetcfgSource.APPLICATION),
                VpnNetcfg.KEY,
                json,
                MAPPER,
                config -> {});
        InvalidFieldException refused = assertThrows(InvalidFieldException.class, netcfg::isValid);
        assertTrue(refused.getMessage().contains("groups"), refused.getMessage());
        assertTrue(refused.getMessage().contains("nothing was changed"), refused.getMessage());
    }

    private static boolean seen(DeviceId device) {
        return !device.toString().endsWith("2");
    }

    private static void assertProblem(ObjectNode json, String field, String remedy) {
        InvalidConfiguration refused =
                assertThrows(
                        InvalidConfiguration.class,
                        () -> VpnConfigurationReader.read(json, device -> true));
        assertTrue(
                refused.problems().stream()
                        .anyMatch(p -> p.field().equals(field) && p.remedy().contains(remedy)),
                () -> "expected " + field + ": … " + remedy + "\n" + refused.getMessage());
    }
}

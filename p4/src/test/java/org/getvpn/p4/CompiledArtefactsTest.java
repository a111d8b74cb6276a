// SPDX-License-Identifier: Apache-2.0
package org.getvpn.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The compiled artefacts beside the program are what the program compiles to. */
class CompiledArtefactsTest {
    private static final Path SOURCE = Path.of("src/main/p4/group_member.p4");
    private static final List<String> SOURCES =
            List.of("group_member.p4", "headers.p4", "parser.p4");
    private static final Pattern TABLE =
            Pattern.compile("@id\\((0x02[0-9a-f]+)\\) table (\\w+) \\{");
    private static final Pattern ACTION =
            Pattern.compile("@id\\((0x01[0-9a-f]+)\\) action (\\w+)\\(");
    private static final Pattern METER =
            Pattern.compile("@id\\((0x14[0-9a-f]+)\\) meter\\(.*\\) (\\w+);");
    private static final Pattern COUNTER =
            Pattern.compile("@id\\((0x13[0-9a-f]+)\\) direct_counter\\(.*\\) (\\w+);");
    private static final Pattern KEY =
            Pattern.compile("table (\\w+) \\{\\s+key = \\{(.*?)\\}", Pattern.DOTALL);
    private static final Pattern PREAMBLE =
            Pattern.compile("preamble \\{\\s+id: (\\d+)\\s+name: \"([\\w.]+)\"");

    private static String resource(String name) throws IOException {
        try (InputStream in = CompiledArtefactsTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theArtefactsWereMadeFromThisSource() throws IOException, GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        for (String source : SOURCES) {
            sha256.update(Files.readAllBytes(SOURCE.resolveSibling(source)));
        }
        byte[] hash = sha256.digest();
        StringBuilder text = new StringBuilder();
        for (byte b : hash) {
            text.append(String.format("%02x", b));
        }
        assertEquals(
                resource("group_member.p4.sha256").strip(),
                text.toString(),
                "a source was changed without p4/compile --update");
    }

    @Test
    void everyAnnotatedObjectHasItsIdInTheP4Info() throws IOException {
        Map<String, Long> compiled = new TreeMap<>();
        Matcher preamble = PREAMBLE.matcher(resource("group_member.p4info.txt"));
        while (preamble.find()) {
            String name = preamble.group(2);
            compiled.put(
                    name.substring(name.lastIndexOf('.') + 1), Long.parseLong(preamble.group(1)));
        }
        Map<String, Long> annotated = new LinkedHashMap<>();
        String source = Files.readString(SOURCE);
        for (Pattern pattern : new Pattern[] {TABLE, ACTION, COUNTER, METER}) {
            Matcher declared = pattern.matcher(source);
            while (declared.find()) {
                annotated.put(declared.group(2), Long.decode(declared.group(1)));
            }
        }
        assertEquals(16 + 15 + 16 + 1, annotated.size(), "found " + annotated.keySet());
        annotated.forEach((name, id) -> assertEquals(id, compiled.get(name), name));
    }

    @Test
    void everyTableDropsByDefaultUnlessAnotherDecidesAfterIt() throws IOException {
        Matcher table =
                Pattern.compile("table (\\w+) \\{.*?const default_action = (\\w+)", Pattern.DOTALL)
                        .matcher(Files.readString(SOURCE));
        int seen = 0;
        while (table.find()) {
            seen++;
            boolean anotherDecides =
                    Set.of("punt", "inbound_spi", "gdoi_limit").contains(table.group(1));
            String drop = table.group(1).equals("copy_guard") ? "drop_copy" : "drop";
            assertEquals(anotherDecides ? "NoAction" : drop, table.group(2), table.group(1));
        }
        assertEquals(16, seen);
    }

    @Test
    void ipv6HasTheTablesOfIpv4() throws IOException {
        Map<String, String> keys = new LinkedHashMap<>();
        Matcher key = KEY.matcher(Files.readString(SOURCE));
        while (key.find()) {
            keys.put(key.group(1), key.group(2).strip());
        }
        int seen = 0;
        for (Map.Entry<String, String> table : keys.entrySet()) {
            if (table.getKey().endsWith("_ipv6")) {
                String like = table.getKey().replace("_ipv6", "");
                assertEquals(keys.get(like).replace("ipv4", "ipv6"), table.getValue(), like);
                seen++;
            }
        }
        assertEquals(5, seen);
    }

    @Test
    void theSwitchConfigurationNamesTheSameTables() throws IOException {
        String json = resource("group_member.json");
        Matcher table = Pattern.compile("table (\\w+) \\{").matcher(Files.readString(SOURCE));
        while (table.find()) {
            boolean isEgress = table.group(1).equals("copy_guard");
            String control = isEgress ? "GroupMemberEgress." : "GroupMember.";
            assertTrue(json.contains('"' + control + table.group(1) + '"'), table.group(1));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.getvpn.gdoi.crypto.DiffieHellmanGroup;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.policy.Kek;
import org.junit.jupiter.api.Test;

/** Every registered number in the code against a table that names its source. */
class NumbersTest {
    private static final String PACKAGE = "org.getvpn.gdoi.";

    /** Classes whose public constants are all registered numbers, but for those below. */
    private static final List<Class<?>> NUMBERED =
            List.of(
                    ExchangeType.class,
                    PayloadType.class,
                    NotifyType.class,
                    IdentificationType.class,
                    CertificateEncoding.class,
                    Doi.class,
                    SaKek.class,
                    SaTek.class,
                    GroupAssociatedPolicy.class,
                    Delete.class,
                    KeyPacket.class,
                    Transform.class,
                    Kek.class,
                    Prf.class,
                    DiffieHellmanGroup.class);

    private static final Set<String> SIZES = Set.of("wire.SaKek.SPI", "wire.Delete.MAX_SPIS");

    @Test
    void everyNumberIsThatOfItsSource() throws Exception {
        for (String[] row : table()) {
            assertTrue(!row[2].isEmpty(), row[0] + " has no source");
            assertEquals(Integer.parseInt(row[1]), numberOf(row[0]), row[0] + ", " + row[2]);
        }
    }

    @Test
    void noNumberIsMissingInTheTable() throws Exception {
        Set<String> listed = new HashSet<>(SIZES);
        for (String[] row : table()) {
            listed.add(row[0]);
        }
        Set<String> missing = new TreeSet<>();
        for (Class<?> type : NUMBERED) {
            for (Field field : type.getFields()) {
                String name = type.getName().substring(PACKAGE.length()) + "." + field.getName();
                if (Modifier.isStatic(field.getModifiers()) && !listed.contains(name)) {
                    missing.add(name);
                }
            }
        }
        assertEquals(Set.of(), missing);
    }

    @Test
    void wiresharkKnowsTheNumbersByTheSameNames() throws Exception {
        Set<String> known = wiresharkValues();
        int compared = 0;
        for (String[] row : table()) {
            if (!row[3].isEmpty()) {
                String[] expected = row[3].split("=");
                assertTrue(
                        known.contains(expected[0] + "\t" + row[1] + "\t" + expected[1]),
                        "tshark -G values has no " + row[3] + " with number " + row[1]);
                compared++;
            }
        }
        assertTrue(compared >= 18, compared + " compared");
    }

    private static Set<String> wiresharkValues() throws IOException {
        Set<String> values = new HashSet<>();
        for (String line : Tshark.run(line -> line.startsWith("V\tisakmp."), "-G", "values")) {
            values.add(line.substring(2));
        }
        assumeTrue(!values.isEmpty(), "tshark prints no ISAKMP values: not compared");
        return values;
    }

    private static int numberOf(String constant) throws Exception {
        int dot = constant.lastIndexOf('.');
        Object value =
                Class.forName(PACKAGE + constant.substring(0, dot))
                        .getField(constant.substring(dot + 1))
                        .get(null);
        return value instanceof Integer
                ? (Integer) value
                : (Integer) value.getClass().getMethod("number").invoke(value);
    }

    private static List<String[]> table() throws IOException {
        List<String[]> rows = new ArrayList<>();
        try (InputStream in = NumbersTest.class.getResourceAsStream("numbers.csv")) {
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            for (String line : text.split("\n")) {
                if (!line.startsWith("#")) {
                    rows.add(line.split(",", -1));
                }
            }
        }
        return rows;
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.IdentificationType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How an operator writes who somebody is. */
class IdentityTextTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.0.2, 1",
        "fd00:1::2, 5",
        "gm1.example.org, 2",
        "gm1, 2",
        "gm1@example.org, 3",
        "'CN=gm1,O=Example', 9",
        "keyid:branch 7, 11"
    })
    void theFormTellsTheType(String text, int type) {
        assertEquals(type, IdentityText.parse(text).type().number());
    }

    @Test
    void aNameGoesOnTheWireAsItIsWritten() {
        Identification name = IdentityText.parse("gm1.example.org");
        assertEquals("gm1.example.org", name.text());
        assertEquals(15, name.data().length);
        assertEquals("branch7", new String(IdentityText.parse("keyid:branch7").data()));
    }

    @Test
    void aDistinguishedNameComesBackAsRfc2253WritesIt() {
        assertEquals("CN=gm1,O=Example", IdentityText.of(IdentityText.parse("CN=gm1, O=Example")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "-x", "keyid:", "XY7=,", "a@b@", "10.1.0.2/24"})
    void anythingElseIsRefusedWithExamples(String text) {
        assertEquals(
                "must be an address, a domain name, user@domain, a distinguished name like"
                        + " CN=gm1,O=Example, or keyid:TEXT",
                assertThrows(IllegalArgumentException.class, () -> IdentityText.parse(text))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "2, 10.1.0.2",
        "2, 'CN=gm1,O=Example'",
        "2, gm1@example.org",
        "2, keyid:x",
        "3, gm1.example.org",
        "2, 2001:db8::1",
        "3, 'CN=gm1@example.org'"
    })
    void aNameOfOneKindIsNeverTakenForAnother(int type, String text) {
        Identification posing =
                new Identification(
                        IdentificationType.of(type),
                        0,
                        0,
                        text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertEquals(posing.toString(), IdentityText.of(posing));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.1.0.2", "gm1.example.org", "gm1@example.org", "CN=gm1,O=X", "keyid:b7"})
    void whatIsReadIsWrittenTheSame(String text) {
        assertEquals(text, IdentityText.of(IdentityText.parse(text)));
    }
}

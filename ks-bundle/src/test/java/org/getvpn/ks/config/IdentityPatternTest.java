// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which proven identities an operator's pattern admits. */
class IdentityPatternTest {
    /** Pattern, identification type, identity, subject of the certificate, admitted. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fqdn:gm1.example.org      | 2 | gm1.example.org       | | true",
                "fqdn:gm1.example.org      | 2 | GM1.Example.ORG       | | true",
                "fqdn:gm1.example.org      | 2 | gm1xexample.org       | | false",
                "fqdn:gm1.example.org      | 3 | gm1.example.org       | | false",
                "fqdn:*.example.org        | 2 | gm1.example.org       | | true",
                "fqdn:*.example.org        | 2 | gm1.evil.example.org  | | false",
                "fqdn:*.example.org        | 2 | .example.org          | | false",
                "fqdn:*.example.org        | 2 | gm1.example.org.evil  | | false",
                "fqdn:gm*.example.org      | 2 | gm17.example.org      | | true",
                "user:*@example.org        | 3 | a.b@example.org       | | true",
                "user:*@example.org        | 3 | a@evil.org            | | false",
                "dn:CN=*,OU=WAN,O=Example  | 9 | CN=gm1,OU=WAN,O=Example      | | true",
                "dn:cn=*, ou=wan, o=EXAMPLE | 9 | CN=gm1,OU=WAN,O=Example     | | true",
                "dn:CN=*,OU=WAN,O=Example  | 9 | CN=gm1,OU=LAN,O=Example      | | false",
                "dn:CN=*,OU=WAN,O=Example  | 9 | CN=gm1,OU=WAN,O=Example,C=XX | | false",
                "dn:CN=*,OU=WAN,O=Example  | 9 | OU=WAN,CN=gm1,O=Example      | | false",
                "dn:CN=*,O=Example         | 9 | CN=gm1\\,O=Example           | | false",
                "dn:CN=*,O=Example         | 9 | not a name                   | | false",
                "certificate:OU=WAN        | 2 | gm1.example.org | CN=gm1,OU=WAN,O=Example | true",
                "certificate:O=Example,OU=W* | 9 | CN=gm1,OU=WAN,O=Example"
                        + " | CN=gm1,OU=WAN,O=Example | true",
                "certificate:OU=WAN        | 2 | gm1.example.org | CN=OU\\=WAN,O=Example | false",
                "certificate:OU=WAN        | 2 | gm1.example.org | CN=gm1,OU=LAN,O=Example | false",
                "certificate:OU=WAN        | 1 | 10.1.0.2        | | false",
                "keyid:branch7             | 11 | keyid:branch7        | | true",
                "keyid:branch7             | 11 | keyid:Branch7        | | false",
                "keyid:branch*             | 11 | keyid:branch7        | | false",
            })
    void admitsExactlyWhatItSays(
            String pattern, int type, String identity, String subject, boolean admitted) {
        assertEquals(admitted, IdentityPattern.parse(pattern).matches(type, identity, subject));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.1.0.2", "gm1.example.org", "fqdn:", "dn:CN", "dn:", "CN=gm1"})
    void whatIsNoPatternIsRefusedWithExamples(String text) {
        String reason =
                assertThrows(IllegalArgumentException.class, () -> IdentityPattern.parse(text))
                        .getMessage();
        assertTrue(reason.contains("fqdn:*.example.org"), reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dn:CN=a+OU=b,O=c"})
    void aPartOfSeveralAttributesIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> IdentityPattern.parse(text));
    }
}

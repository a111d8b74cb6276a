// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.getvpn.gdoi.wire.DataAttribute;
import org.getvpn.gdoi.wire.Doi;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.SecurityAssociation;
import org.getvpn.gdoi.wire.Transform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a peer offered, in the words that an operator writes. */
class OfferedSuiteTest {
    @ParameterizedTest
    @CsvSource({
        "7, 256, 4, 19, 1, aes256-sha256-ecp256",
        "7, 128, 5, 14, 3, aes128-sha384-modp2048-rsa",
        "5, 0, 1, 2, 1, 3des-md5-modp1024",
        "1, 0, 2, 1, 2, des-sha1-modp768-dss",
        "8, 256, 6, 24, 65001, camellia256-sha512-group24-xauth-psk",
        "7, 64, 4, 14, 4, aes64-sha256-modp2048-rsaenc",
        "99, 0, 98, 97, 96, cipher99-hash98-group97-method96",
        "0, 0, 0, 0, 0, cipher0-hash0-group0-method0"
    })
    void everyOfferHasAName(
            int encryption, int bits, int hash, int group, int method, String name) {
        assertEquals(name, OfferedSuite.describe(encryption, bits, hash, group, method));
    }

    @Test
    void whatElseStandsInATransformIsNamedByItsNumber() throws MalformedPayload, IOException {
        Transform transform =
                new Transform(
                        1,
                        Transform.KEY_IKE,
                        List.of(
                                DataAttribute.basic(1, 7),
                                DataAttribute.basic(14, 256),
                                DataAttribute.basic(2, 4),
                                DataAttribute.basic(3, 1),
                                DataAttribute.basic(4, 19),
                                DataAttribute.basic(13, 1)));
        byte[] body = new SecurityAssociation(Doi.GDOI, 0, 1, List.of(transform)).write().body();
        PhaseOneOffer offer = PhaseOneOffer.read(body);
        assertEquals("aes256-sha256-ecp256 with attributes [13]", offer.toString());
        assertEquals(
                java.util.Optional.empty(),
                offer.choose(Lab.proposals("aes256-sha256-ecp256")),
                "a pseudo-random function that nobody defined is not taken for ours");
    }
}

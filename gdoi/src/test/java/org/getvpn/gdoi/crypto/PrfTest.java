// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** HMAC as RFC 4231, section 4.3 (test case 2), and RFC 2202, section 3, have it. */
class PrfTest {
    private static final byte[] KEY = "Jefe".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA =
            "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);

    @Test
    void hmacSha1() {
        assertEquals(
                "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
                Hex.digits(Prf.SHA1.compute(KEY, DATA)));
    }

    @Test
    void hmacSha256() {
        assertEquals(
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                Hex.digits(Prf.SHA256.compute(KEY, DATA)));
    }

    @Test
    void hmacSha384() {
        assertEquals(
                "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47"
                        + "e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
                Hex.digits(Prf.SHA384.compute(KEY, DATA)));
    }

    @Test
    void hmacSha512() {
        assertEquals(
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                        + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
                Hex.digits(Prf.SHA512.compute(KEY, DATA)));
    }

    @Test
    void partsCountAsTheirConcatenation() {
        byte[] head = "what do ya".getBytes(StandardCharsets.US_ASCII);
        byte[] tail = " want for nothing?".getBytes(StandardCharsets.US_ASCII);
        assertEquals(
                Hex.digits(Prf.SHA256.compute(KEY, DATA)),
                Hex.digits(Prf.SHA256.compute(KEY, head, tail)));
        assertEquals(Hex.digits(Prf.SHA256.hash(DATA)), Hex.digits(Prf.SHA256.hash(head, tail)));
    }
}

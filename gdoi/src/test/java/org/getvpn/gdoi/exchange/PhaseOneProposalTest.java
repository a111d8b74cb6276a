// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.crypto.DiffieHellmanGroup;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.Prf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhaseOneProposalTest {
    @Test
    void aSuiteIsReadInItsParts() {
        PhaseOneProposal suite = PhaseOneProposal.parse(" AES256-sha384-ECP384-ecdsa384 ");
        assertEquals(IsakmpCipher.Algorithm.AES256, suite.cipher());
        assertEquals(Prf.SHA384, suite.prf());
        assertEquals(DiffieHellmanGroup.ECP384, suite.group());
        assertEquals(AuthenticationMethod.ECDSA_384, suite.method());
        assertEquals("aes256-sha384-ecp384-ecdsa384", suite.toString());
    }

    @Test
    void withoutAMethodItIsThePreSharedKey() {
        assertEquals(
                PhaseOneProposal.parse("aes128-sha256-modp2048"),
                PhaseOneProposal.parse("aes128-sha256-modp2048-psk"));
    }

    @ParameterizedTest
    @CsvSource({
        "aes512-sha256-ecp256, aes512, aes256",
        "aes256-sha3-ecp256, sha3, sha384",
        "aes256-sha256-x25519, x25519, modp3072",
        "aes256-sha256-ecp256-ed25519, ed25519, ecdsa256",
        "aes256, aes256, cipher-hash-group"
    })
    void whatIsNotKnownIsNamedWithWhatIs(String text, String part, String offered) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> PhaseOneProposal.parse(text))
                        .getMessage();
        assertTrue(message.startsWith("Phase 1 proposal \"" + text + "\": \"" + part), message);
        assertTrue(message.contains(offered), message);
        assertTrue(message.endsWith("for example aes256-sha256-ecp256"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3des-sha256-modp2048",
                "aes128-sha1-modp2048",
                "aes128-sha256-modp1024",
                "aes128-sha256-modp1536"
            })
    void whatIsTooWeakCannotBeNamed(String text) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> PhaseOneProposal.parse(text))
                        .getMessage();
        assertTrue(message.startsWith("Phase 1 proposal \"" + text + "\": "), message);
        assertTrue(
                message.endsWith(
                        "is too weak: allow legacy algorithms if the peer can do no better"),
                message);
    }

    @ParameterizedTest
    @CsvSource({
        "3des-sha256-modp2048, 3des",
        "aes128-sha1-modp2048, sha1",
        "aes128-sha256-modp768, modp768",
        "3des-sha1-modp1024-rsa, '3des, sha1, modp1024'",
        "aes256-sha256-modp1536, modp1536"
    })
    void whatIsTooWeakCanBeAllowedAndIsWarnedOf(String text, String weak) {
        PhaseOneProposal suite = PhaseOneProposal.parse(text, LegacyAlgorithms.ALLOWED);
        assertEquals(text, suite.toString());
        assertEquals(List.of(weak.split(", ")), suite.weaknesses());
        if (suite.method().usesPreSharedKey()) {
            assertEquals(
                    List.of(
                            "Phase 1 proposal "
                                    + text
                                    + " is weak ("
                                    + weak
                                    + "): use aes256-sha256-ecp256 as soon as every peer can"),
                    PhaseOneSettings.of(List.of(suite)).warnings());
        }
    }

    @Test
    void whatIsStrongIsNotWarnedOf() {
        for (String cipher : List.of("aes128", "aes192", "aes256")) {
            for (String hash : List.of("sha256", "sha384", "sha512")) {
                for (String group :
                        List.of("modp2048", "modp3072", "modp4096", "ecp256", "ecp384", "ecp521")) {
                    PhaseOneProposal suite =
                            PhaseOneProposal.parse(cipher + "-" + hash + "-" + group);
                    assertEquals(List.of(), suite.weaknesses());
                }
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        assertThrows(IllegalArgumentException.class, () -> PhaseOneProposal.parse(text));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import static org.getvpn.gm.Fixture.SPI;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.getvpn.gdoi.policy.EspTransform;

/** Programs in Python that treat lines of hexadecimal packets with the key of a transform. */
final class EspPrograms {
    /** Names of the IPsec DOI's authentication algorithms, as scapy has them. */
    private static final Map<Integer, String> SCAPY_HASHES =
            Map.of(2, "HMAC-SHA1-96", 5, "SHA2-256-128", 6, "SHA2-384-192", 7, "SHA2-512-256");

    private EspPrograms() {}

    /**
     * By scapy.
     *
     * @param work with lines of standard input and the SA, which is {@code sa}
     */
    static String scapy(EspTransform transform, String work) {
        String cipher =
                switch (transform.mode()) {
                    case CBC -> "AES-CBC";
                    case NULL -> "NULL";
                    default -> "AES-GCM";
                };
        String hash = SCAPY_HASHES.get(transform.authenticationAlgorithm());
        return String.format(
                        Locale.ROOT,
                        """
                        import sys
                        from scapy.layers.inet import IP
                        from scapy.layers.inet6 import IPv6
                        from scapy.packet import Raw
                        from scapy.layers.ipsec import ESP, SecurityAssociation
                        sa = SecurityAssociation(ESP, spi=0x%08x, crypt_algo='%s',
                                                 crypt_key=bytes.fromhex('%s'),
                                                 auth_algo=%s, auth_key=bytes.fromhex('%s'))
                        """,
                        SPI.value(),
                        cipher,
                        HexFormat.of().formatHex(TransformKeys.key(transform)),
                        hash == null ? "None" : "'" + hash + "'",
                        HexFormat.of().formatHex(TransformKeys.integrityKey(transform)))
                + work;
    }

    /**
     * By OpenSSL through Python's cryptography, with the RFCs' nonce and associated data written
     * out: verifies and opens ESP, and prints what was inside.
     *
     * @param header octets of the outer IP header
     * @param nextHeader that has to be inside
     */
    static String openssl(EspTransform transform, int header, int nextHeader) {
        return String.format(
                Locale.ROOT,
                """
                import sys
                from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
                secret, icv, gmac = bytes.fromhex('%s'), %d, %s
                key, salt = secret[:-4], secret[-4:]
                for line in sys.stdin:
                    esp = bytes.fromhex(line.strip())[%d:]
                    head, iv, body, tag = esp[:8], esp[8:16], esp[16:-icv], esp[-icv:]
                    mode = modes.GCM(salt + iv, tag, min_tag_length=icv)
                    opening = Cipher(algorithms.AES(key), mode).decryptor()
                    opening.authenticate_additional_data(esp[:-icv] if gmac else head)
                    text = opening.update(b'' if gmac else body) + opening.finalize()
                    text = body if gmac else text
                    assert text[-1] == %d and len(text) %% 4 == 0
                    print(text[:-2 - text[-2]].hex())
                """,
                HexFormat.of().formatHex(TransformKeys.key(transform)),
                transform.icvOctets(),
                transform.mode() == EspTransform.Mode.GMAC ? "True" : "False",
                header,
                nextHeader);
    }
}

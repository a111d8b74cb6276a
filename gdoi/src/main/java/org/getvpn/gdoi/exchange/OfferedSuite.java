// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Map;
import java.util.Optional;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.crypto.DiffieHellmanGroup;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.Prf;

/**
 * A suite that a peer offered, in the words of {@link PhaseOneProposal} as far as there are any, so
 * that an operator can compare: {@code 3des-md5-modp1024}, {@code aes256-sha256-group24-dss} (RFC
 * 2409, appendix A, and the registry "Internet Key Exchange (IKE) Attributes").
 */
final class OfferedSuite {
    private static final Map<Integer, String> CIPHERS =
            Map.of(
                    1,
                    "des",
                    2,
                    "idea",
                    3,
                    "blowfish",
                    4,
                    "rc5",
                    5,
                    "3des",
                    6,
                    "cast",
                    7,
                    "aes",
                    8,
                    "camellia");
    private static final Map<Integer, String> HASHES = Map.of(1, "md5", 2, "sha1", 3, "tiger");
    private static final Map<Integer, String> METHODS = Map.of(2, "dss", 65001, "xauth-psk");

    private OfferedSuite() {}

    /** Describes the values of the attributes; 0 for one that is missing. */
    static String describe(int encryption, int keyBits, int hash, int group, int method) {
        String cipher =
                IsakmpCipher.Algorithm.of(encryption, keyBits)
                        .map(IsakmpCipher.Algorithm::label)
                        .orElseGet(
                                () ->
                                        CIPHERS.getOrDefault(encryption, "cipher" + encryption)
                                                + (keyBits == 0 ? "" : keyBits));
        String prf =
                Prf.ofNumber(hash)
                        .map(Prf::label)
                        .orElseGet(() -> HASHES.getOrDefault(hash, "hash" + hash));
        String dh =
                DiffieHellmanGroup.ofNumber(group)
                        .map(DiffieHellmanGroup::label)
                        .orElse("group" + group);
        Optional<AuthenticationMethod> known = AuthenticationMethod.ofNumber(method);
        String suffix =
                known.isPresent()
                        ? known.get().usesPreSharedKey() ? "" : "-" + known.get().label()
                        : "-" + METHODS.getOrDefault(method, "method" + method);
        return cipher + "-" + prf + "-" + dh + suffix;
    }
}

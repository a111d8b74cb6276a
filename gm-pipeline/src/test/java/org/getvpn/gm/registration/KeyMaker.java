// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gdoi.policy.TrafficSelector;

/** Keys and downloads of group 1234, made from small numbers. */
final class KeyMaker {
    static final GroupId GROUP = GroupId.number(1234);
    static final int ACTIVATION = 5;
    static final int DEACTIVATION = 15;
    private static final KeyPair SIGNING = rsa();

    private KeyMaker() {}

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A public key that verifies no RSA signature. */
    static byte[] ellipticCurveKey() {
        try {
            return KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic().getEncoded();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair signing() {
        return SIGNING;
    }

    static TrafficSelector ten() {
        IpPrefix ten = IpPrefix.of(new byte[] {10, 0, 0, 0}, 8);
        return new TrafficSelector(ten, ten, 0, 0, 0);
    }

    static Tek tek(int spi, long seconds) {
        byte[] key = new byte[36];
        new SeededRandom(spi).nextBytes(key);
        return new Tek(
                Spi.of(spi),
                EspTransform.AES_GCM_16_256,
                SecretBytes.wrap(key),
                SecretBytes.wrap(new byte[0]),
                seconds,
                Tek.Direction.SYMMETRIC,
                List.of(ten()));
    }

    static Kek kek(int number, long seconds) {
        byte[] spi = new byte[16];
        Arrays.fill(spi, (byte) number);
        byte[] ivAndKey = new byte[32];
        new SeededRandom(number).nextBytes(ivAndKey);
        return new Kek(
                spi,
                Kek.ALGORITHM_AES_CBC,
                SecretBytes.wrap(ivAndKey),
                seconds,
                Kek.SIGNATURE_HASH_SHA256,
                Kek.SIGNATURE_RSA,
                SIGNING.getPublic().getEncoded(),
                0);
    }

    static GroupDownload download(Kek kek, Tek... teks) {
        return download(kek, List.of(), teks);
    }

    static GroupDownload download(Kek kek, List<TrafficRule> rules, Tek... teks) {
        return new GroupDownload(
                GROUP, kek, List.of(teks), ACTIVATION, DEACTIVATION, rules, List.of(), 0);
    }

    /** What a key server offers, without sender ids. */
    static GroupDownload offer(Kek kek, int activation, Tek... teks) {
        return new GroupDownload(
                GROUP, kek, List.of(teks), activation, DEACTIVATION, List.of(), List.of(), 0);
    }

    static RekeyMessage rekey(long sequence, GroupDownload download) {
        return new RekeyMessage(sequence, List.of(), false, false, download);
    }

    static GroupDownload registration(int activation, Tek... teks) {
        return new GroupDownload(
                GROUP,
                null,
                List.of(teks),
                activation,
                DEACTIVATION,
                List.of(),
                List.of(new SenderId(7, 24)),
                0);
    }
}

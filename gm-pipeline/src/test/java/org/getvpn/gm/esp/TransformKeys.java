// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.keyAndSalt;

import java.util.List;
import java.util.stream.Stream;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;
import org.getvpn.gm.sa.TimeRule;

/** Every transform, those that a foreign program knows, and a key for each. */
final class TransformKeys {
    private TransformKeys() {}

    static List<EspTransform> transforms() {
        return EspTransform.known();
    }

    /** What scapy knows. */
    static Stream<EspTransform> scapys() {
        return transforms().stream()
                .filter(
                        transform ->
                                transform.mode() == EspTransform.Mode.CBC
                                        || transform.mode() == EspTransform.Mode.NULL
                                        || transform.name().startsWith("aes-gcm-")
                                                && transform.icvOctets() == 16);
    }

    /** AES-GCM and AES-GMAC. */
    static Stream<EspTransform> combined() {
        return transforms().stream().filter(transform -> transform.saltOctets() > 0);
    }

    /** Cipher key and salt. */
    static byte[] key(EspTransform transform) {
        return keyAndSalt(transform.keyOctets() + transform.saltOctets(), 21);
    }

    static byte[] integrityKey(EspTransform transform) {
        return keyAndSalt(transform.integrityKeyOctets(), 42);
    }

    /** A database with one key of the transform, which is not active. */
    static SaDatabase database(
            EspTransform transform, TimeRule rule, List<TrafficSelector> selectors) {
        SaDatabase database = new SaDatabase(AeadChoice.AUTO.provider(), SequenceWatch.NONE);
        database.install(
                new Tek(
                        SPI,
                        transform,
                        SecretBytes.wrap(key(transform)),
                        SecretBytes.wrap(integrityKey(transform)),
                        3600,
                        Tek.Direction.SYMMETRIC,
                        selectors),
                rule);
        return database;
    }
}

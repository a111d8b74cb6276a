// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.policy.EspTransform;

/** Between an {@link EspTransform} and the transform id and attributes of an SA TEK. */
final class EspTransformCodec {
    private EspTransformCodec() {}

    /** The known transform of that id, key length and authentication, or an error naming it. */
    static EspTransform find(int transformId, long keyBits, long authentication)
            throws MalformedPayload {
        for (EspTransform transform : EspTransform.known()) {
            if (transform.transformId() == transformId
                    && (transform.keyOctets() == 0 || transform.keyOctets() * 8L == keyBits)
                    && transform.authenticationAlgorithm() == authentication) {
                return transform;
            }
        }
        throw new MalformedPayload(
                "ESP transform "
                        + transformId
                        + " with a key of "
                        + keyBits
                        + " bits and authentication "
                        + authentication
                        + " is not known; known: "
                        + EspTransform.known());
    }

    static List<DataAttribute> attributes(EspTransform transform, long lifetimeSeconds) {
        List<DataAttribute> attributes = new ArrayList<>();
        attributes.add(DataAttribute.basic(SaTek.LIFE_TYPE, 1));
        attributes.add(
                lifetimeSeconds > 0xffff
                        ? DataAttribute.variable32(SaTek.LIFE_DURATION, lifetimeSeconds)
                        : DataAttribute.basic(SaTek.LIFE_DURATION, (int) lifetimeSeconds));
        attributes.add(DataAttribute.basic(SaTek.ENCAPSULATION_MODE, 1));
        if (transform.authenticationAlgorithm() != 0) {
            attributes.add(
                    DataAttribute.basic(
                            SaTek.AUTHENTICATION_ALGORITHM, transform.authenticationAlgorithm()));
        }
        if (transform.keyOctets() != 0) {
            attributes.add(DataAttribute.basic(SaTek.KEY_LENGTH, transform.keyOctets() * 8));
        }
        return attributes;
    }
}
